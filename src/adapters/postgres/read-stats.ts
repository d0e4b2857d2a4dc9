import { sql } from "drizzle-orm";
import type { Result } from "../../core/result.ts";
import type { Stats } from "../../ports/records.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { epochMs } from "./instants.ts";

interface StatsRow {
  readonly [column: string]: unknown;
  readonly total: number;
  readonly fraud: number;
  readonly last_ms: number | null;
}

/** S3.4's totals since the first decision, from one row a day. */
export function readStats(database: Database, livemode: boolean, budgetMs: number): Promise<Result<Stats, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const { rows } = await session.execute<StatsRow>(sql`
      select coalesce(sum(decisions), 0)::float8 as total, coalesce(sum(fraud), 0)::float8 as fraud, ${epochMs(sql`max(last_decided_at)`)} as last_ms
      from daily_counters where livemode = ${livemode}`);
    const row = rows[0];
    return { totalPredictions: row?.total ?? 0, fraudDetected: row?.fraud ?? 0, lastPredictionMs: row?.last_ms ?? null };
  });
}
