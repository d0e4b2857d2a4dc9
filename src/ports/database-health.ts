import type { Answer } from "./answer.ts";

export interface SlowQuery {
  /** Normalised: `$1` where values were. */
  readonly query: string;
  readonly calls: number;
  readonly meanMs: number;
  readonly maxMs: number;
  readonly totalMs: number;
}
export interface DatabaseHealth {
  readonly sizeBytes: number;
  readonly tables: readonly {
    readonly name: string;
    readonly partitionOf: string | null;
    readonly sizeBytes: number;
    readonly rowEstimate: number;
  }[];
  readonly refreshedAtMs: number | null;
  readonly deadLetters: number;
  readonly unappended: number;
  readonly auditSeq: number;
  /** By total time, at most 20; null where pg_stat_statements is not installed. */
  readonly slowest: readonly SlowQuery[] | null;
}
export interface HealthSource {
  read(budgetMs: number): Answer<DatabaseHealth>;
}

export interface Maintenance {
  /** Refreshes the per-client 30-day view, concurrently. */
  refreshClientStatistics(budgetMs: number): Answer<void>;
  /** The hourly batch over login events. */
  updateBehaviouralPatterns(nowMs: number, budgetMs: number): Answer<void>;
  /** Makes partitions ahead, moves what waits in the default one, drops those past retention. */
  maintainPartitions(nowMs: number, retentionDays: number, budgetMs: number): Answer<void>;
}
