import type { AlertSeverity } from "../core/alerts/alert.ts";
import type { Sample } from "../core/metrics/family.ts";
import type { Answer } from "./answer.ts";

export interface DurableMetrics {
  readonly counters: readonly Sample[];
  readonly deadLetters: number;
  /** When the 30-day client statistics were last refreshed; null before the first time. */
  readonly statisticsRefreshedMs: number | null;
  readonly openAlerts: readonly { readonly severity: AlertSeverity; readonly livemode: boolean; readonly count: number }[];
  readonly lastDecisions: readonly { readonly livemode: boolean; readonly atMs: number }[];
}
export interface MetricStore {
  /** Adds to counters, all or nothing. Not idempotent: a write that was not answered may have counted. */
  add(samples: readonly Sample[], budgetMs: number): Answer<void>;
  read(budgetMs: number): Answer<DurableMetrics>;
}
