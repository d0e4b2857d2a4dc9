import { and, asc, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import { LISTED_KINDS } from "../../core/lists/list-hit.ts";
import type { ListedCounts } from "../../core/lists/listed-entry.ts";
import type { EntryQuery, EntryStore, ListEntry, MarkedEntity } from "../../ports/lists.ts";
import type { StaffChange } from "../../ports/staff-writes.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { ENTRY_COLUMNS, entryRows, inForce, toEntry } from "./list-entry-rows.ts";
import { networksAround } from "./list-networks.ts";
import { listEntries } from "./schema/lists.ts";
import { prepareChange } from "./staff-change.ts";

/** Blocks and whitelist entries. Nothing is deleted: what ended stays to be looked up. */
export function createEntryStore(database: Database): EntryStore {
  return {
    search: (query, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const newestFirst = [desc(listEntries.createdAt), desc(listEntries.id)];
        const rows = await session
          .select()
          .from(listEntries)
          .where(and(...filtersOf(query)))
          .orderBy(...newestFirst)
          .limit(query.limit + 1);
        const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
        return {
          entries: rows.slice(0, query.limit).flatMap(toEntry),
          next: last === undefined ? null : { createdAtMs: last.createdAt.getTime(), id: last.id },
        };
      }),
    byId: (id, budgetMs) =>
      ask(
        database,
        budgetMs,
        async (session) => (await session.select().from(listEntries).where(eq(listEntries.id, id)).limit(1)).flatMap(toEntry)[0] ?? null,
      ),
    ofEntities: (entities, nowMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        if (entities.length === 0) return [];
        const wanted = sql`(${listEntries.livemode}, ${listEntries.kind}, ${listEntries.entity}) in (select w.livemode, w.kind, w.entity
          from json_to_recordset(${JSON.stringify(entities)}::json) as w(livemode boolean, kind text, entity text))`;
        const rows = await session
          .select()
          .from(listEntries)
          .where(and(wanted, inForce(nowMs)))
          .orderBy(asc(listEntries.createdAt), asc(listEntries.id));
        return rows.flatMap(toEntry);
      }),
    aroundAddress: (address, livemode, nowMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const around = sql`${listEntries.network} in (${networksAround(address)})`;
        const rows = await session
          .select()
          .from(listEntries)
          .where(and(around, eq(listEntries.livemode, livemode), inForce(nowMs)))
          .orderBy(desc(sql`masklen(${listEntries.network})`), asc(listEntries.id))
          .limit(200);
        return rows.flatMap(toEntry);
      }),
    changedEntities: (version, after, limit, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const since =
          version === null ? sql`is_active` : sql`number in (select number from list_changes where version > ${version}::bigint)`;
        const place =
          after === null ? sql`true` : sql`(kind, entity, livemode) > (${after.kind}, ${after.entity}, ${after.livemode}::boolean)`;
        const { rows } = await session.execute<{ kind: string; entity: string; livemode: boolean }>(
          sql`select distinct kind, entity, livemode from list_entries where entity is not null and ${since} and ${place}
            order by kind, entity, livemode limit ${limit}::integer`,
        );
        return rows.flatMap(toEntity);
      }),
    creating: (entry) => prepareChange(() => [sql`insert into list_entries (${ENTRY_COLUMNS}) ${entryRows([entry])} returning id`]),
    creatingMany: (entries) =>
      prepareChange((when) => [
        // Decides: that nothing is new among many is no conflict.
        sql`update list_state set version = version + 1 returning version`,
        sql`insert into list_entries (${ENTRY_COLUMNS}) ${entryRows(entries)} where ${when} on conflict do nothing`,
      ]),
    countOf: (ids, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const { rows } = await session.execute<{ n: number }>(
          sql`select count(*)::float8 as n from list_entries where id in (select json_array_elements_text(${JSON.stringify(ids)}::json))`,
        );
        return rows[0]?.n ?? 0;
      }),
    countListed: (livemode, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const listed = sql`livemode = ${livemode}::boolean and is_active and kind in ('ip', 'asn', 'country', 'email_domain')`;
        const single = sql`livemode = ${livemode}::boolean and is_active and kind = 'ip' and entity is not null and rules is null`;
        const { rows } = await session.execute<{ [K in keyof ListedCounts]: number }>(sql`select
          (select count(*) from list_entries where ${single} and verdict <> 'allow')::float8 as singles,
          (select count(*) from list_entries where ${single} and verdict = 'allow')::float8 as trusted,
          (select count(*) from list_entries where ${listed} and (entity is null or rules is not null))::float8 as broad`);
        const [row] = rows;
        if (row === undefined) throw new Error("a count gives one row");
        return { singles: row.singles, trusted: row.trusted, broad: row.broad };
      }),
    unlisted: (entries, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const keys = entries.map(({ id, livemode, kind, value, verdict, source }) => ({ id, livemode, kind, value, verdict, source }));
        const { rows } = await session.execute<{ id: string }>(sql`
          select distinct on (e.livemode, e.kind, e.value, e.verdict, e.source) e.id
          from json_to_recordset(${JSON.stringify(keys)}::json) as e(id text, livemode boolean, kind text, value text, verdict text, source text)
          where not exists (select from list_entries l where l.is_active and l.livemode = e.livemode and l.kind = e.kind and l.value = e.value
            and l.verdict = e.verdict and l.source = e.source)`);
        const fresh = new Set(rows.map(({ id }) => id));
        return entries.filter(({ id }) => fresh.has(id));
      }),
    changing: savingEntry,
    endExpired: (nowMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const { rowCount } = await session.execute(
          sql`update list_entries set is_active = false, ended_at = expires_at, ended_by = 'expiry', version = version + 1, changed_at = now()
            where is_active and expires_at <= ${toInstant(nowMs)}::timestamptz`,
        );
        return rowCount ?? 0;
      }),
  };
}

function savingEntry(entry: ListEntry): StaffChange {
  const instant = (ms: number | null): SQL => (ms === null ? sql`null::timestamptz` : sql`${toInstant(ms)}::timestamptz`);
  const rules =
    entry.rules === null ? sql`null::text[]` : sql`array(select json_array_elements_text(${JSON.stringify(entry.rules)}::json))`;
  return prepareChange(() => [
    sql`update list_entries set reason = ${entry.reason}, expires_at = ${instant(entry.expiresAtMs)}, rules = ${rules},
        is_active = ${entry.isActive}::boolean, ended_at = ${instant(entry.endedAtMs)}, ended_by = ${entry.endedBy}::text,
        version = ${entry.version}::integer, changed_at = now()
      where id = ${entry.id} and version = ${entry.version}::integer - 1 returning id`,
  ]);
}

function filtersOf(query: EntryQuery): SQL[] {
  const { before } = query;
  return [
    inArray(listEntries.verdict, [...query.verdicts]),
    ...(query.kind === null ? [] : [eq(listEntries.kind, query.kind)]),
    ...(query.isInForce === null ? [] : [query.isInForce ? inForce(query.nowMs) : sql`not (${inForce(query.nowMs)})`]),
    ...(query.source === null ? [] : [eq(listEntries.source, query.source)]),
    ...(query.livemode === null ? [] : [eq(listEntries.livemode, query.livemode)]),
    ...(query.value === null ? [] : [eq(listEntries.value, query.value)]),
    // `position` and not `like`: a value may hold `%` and `_`.
    ...(query.text === null
      ? []
      : [
          sql`(position(lower(${query.text}) in lower(list_entries.value)) > 0 or position(lower(${query.text}) in lower(list_entries.reason)) > 0)`,
        ]),
    ...(before === null
      ? []
      : [sql`(list_entries.created_at, list_entries.id) < (${toInstant(before.createdAtMs)}::timestamptz, ${before.id})`]),
  ];
}

function toEntity(row: { kind: string; entity: string; livemode: boolean }): MarkedEntity[] {
  const kind = LISTED_KINDS.find((known) => known === row.kind);
  return kind === undefined ? [] : [{ livemode: row.livemode, kind, entity: row.entity }];
}
