import { sql } from "drizzle-orm";
import type { TrafficSource, WindowCounts } from "../../ports/traffic.ts";
import { ask, type Database } from "./database.ts";
import { epochMs, toInstant } from "./instants.ts";
import { toStorableJson } from "./storable-json.ts";
import { readTrafficAround } from "./traffic-around.ts";

interface Row {
  readonly [column: string]: unknown;
  readonly since_ms: number | null;
  readonly windows: readonly { readonly n: number; readonly counts: WindowCounts }[];
}

/** Events without a decision, and counts of everything, in Postgres. */
export function createTrafficSource(database: Database): TrafficSource {
  return {
    around: (probes, limit, budgetMs) => readTrafficAround(database, probes, limit, budgetMs),
    count: (world, windows, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const isLive = world === "live";
        const given = toStorableJson(windows.map(({ fromMs, untilMs }, n) => ({ n, from: toInstant(fromMs), until: toInstant(untilMs) })));
        const { rows } = await session.execute<Row>(sql`
          with given as (
            select * from jsonb_to_recordset(${given}::jsonb) as w(n integer, "from" timestamptz, until timestamptz)
          ), counted as (
            select w.n, s.kind, sum(s.count)::float8 as count from given w
            join traffic_slots s on s.livemode = ${isLive} and s.slot >= w."from" and s.slot < w.until group by w.n, s.kind
            union all
            select w.n, 'report', count(*)::float8 from given w
            join fraud_reports r on r.livemode = ${isLive} and r.opened_at >= w."from" and r.opened_at < w.until group by w.n
          )
          select
            (select ${epochMs(sql`min(slot)`)} from traffic_slots where livemode = ${isLive}) as since_ms,
            (select coalesce(jsonb_agg(jsonb_build_object('n', n, 'counts', counts)), '[]')
              from (select n, jsonb_object_agg(kind, count) as counts from counted group by n) by_window) as windows`);
        const counts: WindowCounts[] = windows.map(() => ({}));
        for (const window of rows[0]?.windows ?? []) counts[window.n] = window.counts;
        return { counts, sinceMs: rows[0]?.since_ms ?? null };
      }),
    forget: (beforeMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        await session.execute(sql`delete from traffic_slots where slot < ${toInstant(beforeMs)}::timestamptz`);
      }),
  };
}
