import { and, asc, gt, sql } from "drizzle-orm";
import type { ListStateStore } from "../../ports/lists.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { type EntryRow, inForce, toEntry } from "./list-entry-rows.ts";
import { listEntries, listState } from "./schema/lists.ts";

/** Kinds whose entries are compiled lists' and not one entity's. */
const IN_DELTA = sql.raw("list_entries.kind in ('ip', 'asn', 'country', 'email_domain')");

/** How far the address lists are: what is in the base, what is in the delta since. */
export function createListStateStore(database: Database): ListStateStore {
  return {
    read: (budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const [row] = await session.select().from(listState).limit(1);
        if (row === undefined) throw new Error("the lists have no state");
        const { version, feedsVersion, baseHash, baseBuiltAt, baseFeedsVersion, baseWanted } = row;
        return {
          version,
          feedsVersion,
          baseHash,
          baseBuiltAtMs: baseBuiltAt?.getTime() ?? null,
          baseFeedsVersion,
          isBaseWanted: baseWanted,
        };
      }),
    snapshot: (livemode, limit, nowMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const world = sql`list_entries.livemode = ${livemode}::boolean and ${IN_DELTA}`;
        const newest = sql`select list_entries.* from list_entries where ${world} and ${inForce(nowMs)} and in_base is distinct from version
          order by created_at desc, id limit ${limit}::integer`;
        // One statement reads version and entries from one snapshot: no entry of a later version, none missing of this one.
        const { rows } = await session.execute<{ version: number; base: string | null; removed: number[]; entries: JsonEntry[] }>(sql`
          select version::float8 as version, base_hash as base,
            (select coalesce(json_agg(base_number), '[]'::json) from list_entries where ${world} and in_base is not null
              and (in_base <> version or not is_active)) as removed,
            (select coalesce(json_agg(n), '[]'::json) from (${newest}) n) as entries
          from list_state`);
        const [row] = rows;
        if (row === undefined) throw new Error("the lists have no state");
        return {
          version: row.version,
          base: livemode ? row.base : null,
          entries: row.entries.map(fromJson).flatMap(toEntry),
          removed: row.removed,
        };
      }),
    baseEntries: (after, untilMs, limit, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const lasting = sql`livemode and kind = 'ip' and entity is not null and rules is null and is_active and (expires_at is null or expires_at > ${toInstant(untilMs)}::timestamptz)`;
        const rows = await session
          .select()
          .from(listEntries)
          .where(and(lasting, gt(listEntries.id, after)))
          .orderBy(asc(listEntries.id))
          .limit(limit);
        return rows.flatMap(toEntry);
      }),
    saveBase: ({ hash, builtAtMs, feedsVersion, included }, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        // A statement's parts see one snapshot: an entry that was changed since it was read keeps another version than `in_base` and stays in the delta.
        await session.execute(sql`with included as materialized (
            select * from json_to_recordset(${JSON.stringify(included)}::json) as i(id text, version integer, number integer)),
          entered as (update list_entries e set in_base = i.version, base_number = i.number from included i where i.id = e.id),
          left_out as (update list_entries e set in_base = null, base_number = null where e.in_base is not null and not exists (select from included i where i.id = e.id))
          update list_state set base_hash = ${hash}, base_built_at = ${toInstant(builtAtMs)}::timestamptz, base_feeds_version = ${feedsVersion}::bigint,
            base_wanted = base_wanted and feeds_version <> ${feedsVersion}::bigint, version = version + 1`);
      }),
  };
}

type JsonEntry = Readonly<Record<string, unknown>>;

/** A row as `json_agg` gives it, with instants as ISO text and names as the database has them. */
function fromJson(row: JsonEntry): EntryRow {
  const instant = (value: unknown): Date | null => (typeof value === "string" ? new Date(value) : null);
  const named = Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key.replace(/_(\w)/g, (_, c: string) => c.toUpperCase()), value]),
  );
  // The columns of this table, as our own statement read them.
  return {
    ...(named as unknown as EntryRow),
    createdAt: instant(row.created_at) ?? new Date(0),
    expiresAt: instant(row.expires_at),
    endedAt: instant(row.ended_at),
    changedAt: instant(row.changed_at) ?? new Date(0),
  };
}
