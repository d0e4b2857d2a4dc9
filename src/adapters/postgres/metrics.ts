import { type SQL, sql } from "drizzle-orm";
import type { Result } from "../../core/result.ts";
import type { DurableMetrics, MetricStore } from "../../ports/metrics.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { epochMs } from "./instants.ts";
import { toStorableJson } from "./storable-json.ts";

/** Counters that outlive isolates, in Postgres. */
export function createMetricStore(database: Database): MetricStore {
  return {
    add: (samples, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        if (samples.length === 0) return;
        const rows = sql`select name, labels, value from jsonb_to_recordset(${toStorableJson(samples)}::jsonb) as r(name text, labels text[], value float8)`;
        await session.execute(addToCounters(rows));
      }),
    read: (budgetMs) => readMetrics(database, budgetMs),
  };
}

/**
 * Adds the rows of a query `(name, labels, value)` to their counters.
 * INVARIANT: rows are locked in the order of their keys, hence two writers never wait for each other.
 */
export const addToCounters = (rows: SQL): SQL => sql`
  insert into metric_counters (name, labels, value)
  select name, labels, sum(value) from (${rows}) added group by name, labels order by name, labels
  on conflict (name, labels) do update set value = metric_counters.value + excluded.value`;

interface MetricsRow {
  readonly [column: string]: unknown;
  readonly counters: DurableMetrics["counters"];
  readonly dead_letters: number;
  readonly refreshed_ms: number | null;
  readonly open_alerts: DurableMetrics["openAlerts"];
  readonly last_decisions: DurableMetrics["lastDecisions"];
}

function readMetrics(database: Database, budgetMs: number): Promise<Result<DurableMetrics, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const { rows } = await session.execute<MetricsRow>(sql`
      select
        (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'labels', to_jsonb(labels), 'value', value)), '[]') from metric_counters) as counters,
        (select count(*)::float8 from dead_letters) as dead_letters,
        (select ${epochMs(sql`max(refreshed_at)`)} from view_refreshes where view = 'client_statistics_30d') as refreshed_ms,
        (select coalesce(jsonb_agg(jsonb_build_object('severity', severity, 'livemode', livemode, 'count', n)), '[]')
          from (select severity, livemode, count(*) as n from alerts where status = 'open' or (status = 'snoozed' and snoozed_until <= now())
            group by severity, livemode) open) as open_alerts,
        (select coalesce(jsonb_agg(jsonb_build_object('livemode', livemode, 'atMs', at_ms)), '[]')
          from (select livemode, ${epochMs(sql`max(last_decided_at)`)} as at_ms from daily_counters group by livemode) last) as last_decisions`);
    const row = rows[0];
    return {
      counters: row?.counters ?? [],
      deadLetters: row?.dead_letters ?? 0,
      statisticsRefreshedMs: row?.refreshed_ms ?? null,
      openAlerts: row?.open_alerts ?? [],
      lastDecisions: row?.last_decisions ?? [],
    };
  });
}
