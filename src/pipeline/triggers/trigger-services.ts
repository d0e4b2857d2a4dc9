import type { NameHash } from "../../core/triggers/report-peak.ts";
import type { FraudStatsSource } from "../../ports/fraud-stats.ts";
import type { CallerSource, TrafficSource } from "../../ports/traffic.ts";
import type { CompiledTriggers } from "./default-triggers.ts";

/** What opens reports by itself, and what it counts. */
export interface TriggerServices {
  readonly traffic: TrafficSource;
  readonly callers: CallerSource;
  readonly fraudStats: FraudStatsSource;
  /** Of reports, so that no name tells whom it is about. */
  readonly nameHash: NameHash;
  /** Compiled when first asked for, once an isolate. */
  readonly compiled: () => CompiledTriggers;
}
