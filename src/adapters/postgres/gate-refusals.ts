import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import type { RefusalStore } from "../../ports/gate.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { gateRefusals, gateRefusalTotals } from "./schema/gate-refusals.ts";

/** Of a single an isolate knows the number alone; people look an entry up by its id. */
const ENTRY_ID = sql.raw(`case when r.entry ~ '^(staff|auto):#[0-9]{1,9}$' then coalesce(
  (select l.source || ':' || l.id from list_entries l where l.number = split_part(r.entry, '#', 2)::integer), r.entry) else r.entry end`);

/** What the gate refused in the last days. */
export function createRefusalStore(database: Database): RefusalStore {
  return {
    keep: ({ id, refusals, counted }, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const rows = [
          ...refusals.map((refusal, place) => ({ ...refusal, place, count: 1, at: toInstant(refusal.atMs) })),
          ...counted.map((count) => ({ ...count, place: null, at: toInstant(count.atMs) })),
        ];
        await session.execute(sql`with batch as (insert into gate_refusal_batches (id) values (${id}) on conflict do nothing returning id),
          given as materialized (select r.place, r.at, r.reference, r.treatment, r.host, r.path, ${ENTRY_ID} as entry, r.country, r.asn, r.count
            from batch, json_to_recordset(${JSON.stringify(rows)}::json) as r(place integer, at timestamptz, reference text, treatment text, host text,
              path text, entry text, country text, asn bigint, count bigint)),
          kept as (insert into gate_refusals (batch, place, at, reference, treatment, host, path, entry, country, asn)
            select ${id}, place, at, reference, treatment, host, path, entry, country, asn from given where place is not null)
          insert into gate_refusal_totals as t (hour, treatment, entry, path, country, count)
            select date_trunc('hour', at), treatment, entry, path, coalesce(country, ''), sum(count) from given group by 1, 2, 3, 4, 5
            on conflict (hour, treatment, entry, path, country) do update set count = t.count + excluded.count`);
      }),
    byReference: (reference, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const rows = await session
          .select()
          .from(gateRefusals)
          .where(eq(gateRefusals.reference, reference))
          .orderBy(desc(gateRefusals.at))
          .limit(100);
        return rows.map(({ batch: _, place: __, at, ...refusal }) => ({ ...refusal, atMs: at.getTime() }));
      }),
    totals: ({ by, treatment, entry, path, country, sinceMs, untilMs, limit }, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const count = sql<number>`sum(${gateRefusalTotals.count})::float8`;
        const rows = await session
          .select({ value: gateRefusalTotals[by], count })
          .from(gateRefusalTotals)
          .where(
            and(
              gte(gateRefusalTotals.hour, new Date(sinceMs)),
              lt(gateRefusalTotals.hour, new Date(untilMs)),
              ...(treatment === null ? [] : [eq(gateRefusalTotals.treatment, treatment)]),
              ...(entry === null ? [] : [eq(gateRefusalTotals.entry, entry)]),
              ...(path === null ? [] : [eq(gateRefusalTotals.path, path)]),
              ...(country === null ? [] : [eq(gateRefusalTotals.country, country)]),
            ),
          )
          .groupBy(gateRefusalTotals[by])
          .orderBy(desc(count), gateRefusalTotals[by])
          .limit(limit);
        return rows.map((row) => ({ value: row.value === "" ? null : row.value, count: row.count }));
      }),
  };
}
