import { sql } from "drizzle-orm";
import { ok, type Result } from "../../core/result.ts";
import type { SourceFault } from "../../ports/answer.ts";
import type { Maintenance } from "../../ports/database-health.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { toInstant } from "./instants.ts";
import { updateBehavioralPatterns } from "./update-behavioral-patterns.ts";

/** Partitions made beyond the present month (S1.11). */
const MONTHS_AHEAD = 3;

/** The scheduled work. A run that fails is done by the next one. */
export function createMaintenance(database: Database, timeZone: string): Maintenance {
  return {
    refreshClientStatistics: (budgetMs) => refreshClientStatistics(database, timeZone, budgetMs),
    updateBehaviouralPatterns: (nowMs, budgetMs) => updateBehavioralPatterns(database, nowMs, budgetMs),
    maintainPartitions: async (nowMs, retentionDays, budgetMs): Promise<Result<void, SourceFault>> => {
      const done = await maintainPartitions(database, { nowMs, retentionDays }, budgetMs);
      return done.ok ? ok(undefined) : done;
    },
  };
}

/** Refreshes the 30-day view and the heavy clients' destinations, concurrently (S1.10). */
export function refreshClientStatistics(database: Database, timeZone: string, budgetMs: number): Promise<Result<void, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    await session.execute(sql`select refresh_client_statistics(${timeZone})`);
  });
}

export interface Upkeep {
  /** What counts as now; epoch milliseconds. */
  readonly nowMs: number;
  readonly retentionDays: number;
}
/** A partition made (and the rows moved into it from the default one) or dropped (and the rows gone with it). */
export interface PartitionChange extends PartitionRow {
  readonly action: "made" | "dropped";
}
interface PartitionRow {
  readonly [column: string]: unknown;
  readonly name: string;
  readonly row_count: number;
}

/** Makes partitions ahead, moves what waits in the default one, drops those past retention; side tables go with them. */
export function maintainPartitions(
  database: Database,
  { nowMs, retentionDays }: Upkeep,
  budgetMs: number,
): Promise<Result<readonly PartitionChange[], PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const changes: PartitionChange[] = [];
    // One transaction each: a drop locks a whole table, and whoever holds that while waiting for recorders to finish would deadlock with them.
    for (const parent of ["events", "decisions"]) {
      const asked = sql`${parent}, ${toInstant(nowMs)}::timestamptz`;
      const dropped = await session.execute<PartitionRow>(
        sql`select name, row_count::float8 from drop_expired(${asked}, ${retentionDays})`,
      );
      const made = await session.execute<PartitionRow>(
        sql`select name, row_count::float8 from make_months(${asked}, ${MONTHS_AHEAD}, ${retentionDays})`,
      );
      changes.push(
        ...dropped.rows.map((row) => ({ action: "dropped" as const, ...row })),
        ...made.rows.map((row) => ({ action: "made" as const, ...row })),
      );
    }
    return changes;
  });
}
