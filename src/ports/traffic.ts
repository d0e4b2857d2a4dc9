import type { World } from "../core/access/api-key.ts";
import type { CallerActivity } from "../core/baselines/caller-alerts.ts";
import type { TrafficEvent, TrafficProbe } from "../core/triggers/traffic-event.ts";
import type { Answer } from "./answer.ts";

/** A stretch of time, [fromMs, untilMs); whole slots count. */
export interface TrafficWindow {
  readonly fromMs: number;
  readonly untilMs: number;
}
/** Figures of a window by kind (`click`, …, `decision`, `fraud`, `report`); what did not happen is left out. */
export type WindowCounts = Readonly<Record<string, number>>;

/** Events without a decision: one entity's, and how many there were of all. */
export interface TrafficSource {
  /** For each probe the newest of its events, at most `limit`; one query. */
  around(probes: readonly TrafficProbe[], limit: number, budgetMs: number): Answer<readonly (readonly TrafficEvent[])[]>;
  /** For each window what happened in it, and since when anything was counted in this world; null when nothing was. */
  count(
    world: World,
    windows: readonly TrafficWindow[],
    budgetMs: number,
  ): Answer<{ readonly counts: readonly WindowCounts[]; readonly sinceMs: number | null }>;
  /** Forgets slots before this time. */
  forget(beforeMs: number, budgetMs: number): Answer<void>;
}

/** What callers of the service did. */
export interface CallerSource {
  /** Callers that were refused anything worth a look since then, those refused most first. */
  since(sinceMs: number, budgetMs: number): Answer<readonly CallerActivity[]>;
}
