import { sql } from "drizzle-orm";
import type { BroadEntry, SingleEntry } from "../../core/lists/listed-entry.ts";
import type { ListStateStore } from "../../ports/lists.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { inForce } from "./list-entry-rows.ts";
import { listState } from "./schema/lists.ts";

/** Kinds whose entries lists are made of: the others are one entity's marks. */
const LISTED = sql.raw("list_entries.kind in ('ip', 'asn', 'country', 'email_domain')");
const SINGLE = sql.raw("list_entries.kind = 'ip' and list_entries.entity is not null and list_entries.rules is null");
const EXPIRES_MS = sql.raw("round(extract(epoch from list_entries.expires_at) * 1000)::float8");
const AS_SINGLE = sql`json_build_array(list_entries.number, list_entries.verdict, list_entries.value, list_entries.source, ${EXPIRES_MS})`;
const AS_BROAD = sql`json_build_object('number', list_entries.number, 'id', list_entries.id, 'verdict', list_entries.verdict, 'kind', list_entries.kind,
  'value', list_entries.value, 'reason', list_entries.reason, 'source', list_entries.source, 'expiresAtMs', ${EXPIRES_MS}, 'rules', list_entries.rules)`;
/** The number under which a new base is noted among the changes. */
const BASE = 0;

type SingleRow = [number, SingleEntry["verdict"], string, SingleEntry["source"], number | null];
const toSingle = ([number, verdict, value, source, expiresAtMs]: SingleRow): SingleEntry => ({
  number,
  verdict,
  value,
  source,
  expiresAtMs,
});

/** How far the address lists are: what changed with which version, and which base is in KV. */
export function createListStateStore(database: Database): ListStateStore {
  return {
    read: (budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const [row] = await session.select().from(listState).limit(1);
        if (row === undefined) throw new Error("the lists have no state");
        const { version, liveFloor, testFloor, feedsVersion, baseHash, baseParts, baseBuiltAt, baseFeedsVersion, baseWanted } = row;
        const base = baseHash === null ? null : { hash: baseHash, parts: baseParts };
        const floor = Math.max(liveFloor, testFloor);
        return {
          version,
          floor,
          feedsVersion,
          base,
          baseBuiltAtMs: baseBuiltAt?.getTime() ?? null,
          baseFeedsVersion,
          isBaseWanted: baseWanted,
        };
      }),
    changedSince: (livemode, version, nowMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const world = sql`${livemode}::boolean`;
        // One statement reads version and entries from one snapshot: no entry of a later version, none missing of this one.
        const { rows } = await session.execute<{
          version: number;
          floor: number;
          hash: string | null;
          parts: string[];
          singles: SingleRow[];
          broad: BroadEntry[];
          gone: number[];
          base_changed: boolean;
        }>(sql`
          with touched as (select distinct number from list_changes where livemode = ${world} and version > ${version}::bigint),
          found as (select t.number as touched, list_entries.*, coalesce(${inForce(nowMs)}, false) as in_force
            from touched t left join list_entries on list_entries.number = t.number
            where t.number <> ${BASE}::integer and (list_entries.number is null or ${LISTED}))
          select s.version::float8 as version, (case when ${world} then s.live_floor else s.test_floor end)::float8 as floor,
            s.base_hash as hash, to_json(s.base_parts) as parts,
            (select coalesce(json_agg(${AS_SINGLE}) filter (where in_force and ${SINGLE}), '[]') from found list_entries) as singles,
            (select coalesce(json_agg(${AS_BROAD}) filter (where in_force and not (${SINGLE})), '[]') from found list_entries) as broad,
            (select coalesce(json_agg(touched) filter (where not in_force), '[]') from found) as gone,
            exists (select from touched where number = ${BASE}::integer) as base_changed
          from list_state s`);
        const [row] = rows;
        if (row === undefined) throw new Error("the lists have no state");
        const { floor, hash, parts, singles, broad, gone } = row;
        const base = livemode && hash !== null ? { hash, parts } : null;
        return { version: row.version, floor, base, isBaseChanged: row.base_changed, singles: singles.map(toSingle), broad, gone };
      }),
    page: ({ livemode, after, limit, nowMs }, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const { rows } = await session.execute<{ singles: SingleRow[]; broad: BroadEntry[]; last: number | null; n: number }>(sql`
          select coalesce(json_agg(${AS_SINGLE}) filter (where ${SINGLE}), '[]') as singles,
            coalesce(json_agg(${AS_BROAD}) filter (where not (${SINGLE})), '[]') as broad,
            max(number) as last, count(*)::float8 as n
          from (select * from list_entries where livemode = ${livemode}::boolean and ${LISTED} and is_active and number > ${after}::integer
              and ${inForce(nowMs)} order by number limit ${limit}::integer) list_entries`);
        const [row] = rows;
        if (row === undefined) throw new Error("an aggregate gives one row");
        return { singles: row.singles.map(toSingle), broad: row.broad, last: row.n < limit ? null : row.last };
      }),
    skipTo: (version, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        await session.execute(sql`update list_state set version = greatest(version, ${version}::bigint) + 1`);
      }),
    forgetChanges: (livemode, upTo, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const floor = sql.identifier(livemode ? "live_floor" : "test_floor");
        await session.execute(sql`with gone as (delete from list_changes where livemode = ${livemode}::boolean and version <= ${upTo}::bigint returning 1)
          update list_state set ${floor} = ${upTo}::bigint where ${floor} < ${upTo}::bigint and exists (select from gone)`);
      }),
    saveBase: ({ pointer: { hash, parts }, builtAtMs, feedsVersion }, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const isNew = sql`base_hash is distinct from ${hash}`;
        const own = sql`array(select json_array_elements_text(${JSON.stringify(parts)}::json))`;
        await session.execute(sql`with before as (select ${isNew} as is_new from list_state),
          state as (update list_state set base_hash = ${hash}, base_parts = ${own}, base_built_at = ${toInstant(builtAtMs)}::timestamptz,
            base_feeds_version = ${feedsVersion}::bigint, base_wanted = base_wanted and feeds_version <> ${feedsVersion}::bigint,
            version = version + case when ${isNew} then 1 else 0 end returning version)
          insert into list_changes (livemode, version, number) select true, version, ${BASE}::integer from state, before where is_new`);
      }),
  };
}
