import { sql } from "drizzle-orm";
import type { FraudStats, FraudStatsSource } from "../../ports/fraud-stats.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";

type Table = Readonly<Record<string, number>>;
interface Row {
  readonly [column: string]: unknown;
  readonly traffic: Table;
  readonly reports: { readonly total: number; readonly type: Table; readonly severity: Table; readonly status: Table };
  readonly blocks: { readonly created: number; readonly kind: Table; readonly source: Table };
  readonly active: number;
}

/** Counts by one column of a common table expression. */
const by = (column: string, table: string) =>
  sql.raw(`(select coalesce(jsonb_object_agg(name, n), '{}') from (select ${column} as name, count(*) as n from ${table} group by 1) g)`);

/** What a period brought, in one query. */
export function createFraudStatsSource(database: Database): FraudStatsSource {
  return {
    read: ({ world, fromMs, untilMs }, budgetMs) =>
      ask(database, budgetMs, async (session): Promise<FraudStats> => {
        const isLive = world === "live";
        const [from, until] = [sql`${toInstant(fromMs)}::timestamptz`, sql`${toInstant(untilMs)}::timestamptz`];
        const { rows } = await session.execute<Row>(sql`
          with report as materialized (
            select type, severity, status from fraud_reports where livemode = ${isLive} and opened_at >= ${from} and opened_at < ${until}
          ), block as materialized (
            select kind, source from list_entries
            where livemode = ${isLive} and verdict = 'block' and created_at >= ${from} and created_at < ${until}
          )
          select
            (select coalesce(jsonb_object_agg(kind, n), '{}') from (
              select kind, sum(count) as n from traffic_slots
              where livemode = ${isLive} and kind in ('click', 'conversion', 'decision', 'fraud') and slot >= ${from} and slot < ${until} group by kind
            ) t) as traffic,
            jsonb_build_object('total', (select count(*) from report), 'type', ${by("type", "report")}, 'severity', ${by("severity", "report")},
              'status', ${by("status", "report")}) as reports,
            jsonb_build_object('created', (select count(*) from block), 'kind', ${by("kind", "block")}, 'source', ${by("source", "block")}) as blocks,
            (select count(*)::float8 from list_entries
              where livemode = ${isLive} and verdict = 'block' and is_active and (expires_at is null or expires_at > now())) as active`);
        const [row] = rows;
        return {
          clicks: row?.traffic.click ?? 0,
          conversions: row?.traffic.conversion ?? 0,
          decisions: row?.traffic.decision ?? 0,
          fraud: row?.traffic.fraud ?? 0,
          reports: {
            total: row?.reports.total ?? 0,
            byType: row?.reports.type ?? {},
            bySeverity: row?.reports.severity ?? {},
            byStatus: row?.reports.status ?? {},
          },
          blocks: {
            created: row?.blocks.created ?? 0,
            byKind: row?.blocks.kind ?? {},
            bySource: row?.blocks.source ?? {},
            active: row?.active ?? 0,
          },
        };
      }),
  };
}
