import type { Log } from "../../core/log/log-line.ts";

const INTERVAL_MS = 10_000;

/** What became of a listed visitor; `noted` is one that the mode only looks at. */
export type Treatment = "refused" | "challenged" | "noted";
export interface Refusal {
  readonly treatment: Treatment;
  readonly reference: string;
  readonly address: string | null;
  readonly entry: string | null;
  readonly host: string;
}
export interface RefusalTally {
  add(refusal: Refusal): void;
}

/**
 * Counts refusals in the isolate and logs one line in ten seconds: the latest refusal as a sample, and how many of each there were
 * since the line before. So a flood costs no more than a trickle; what came after the last line is told with the next refusal.
 */
export function createRefusalTally(log: Log, clock: () => number): RefusalTally {
  const counts: Record<Treatment, number> = { refused: 0, challenged: 0, noted: 0 };
  let loggedAtMs = Number.NEGATIVE_INFINITY;
  return {
    add({ treatment, reference, address, entry, host }) {
      counts[treatment] += 1;
      const nowMs = clock();
      if (nowMs - loggedAtMs < INTERVAL_MS) return;
      loggedAtMs = nowMs;
      log("gate_refused", { ...counts, treatment, request_id: reference, ip_address: address, entry, host });
      counts.refused = counts.challenged = counts.noted = 0;
    },
  };
}
