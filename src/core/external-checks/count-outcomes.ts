import type { CheckOutcome } from "./check-outcome.ts";

interface Counted {
  readonly service: string;
  readonly outcome: CheckOutcome;
  readonly calls: number;
  readonly totalMs: number;
}

/** How a service did over some time. */
export interface CheckStanding {
  readonly calls: number;
  /** In [0, 1]; null without calls. */
  readonly successRate: number | null;
  /** Milliseconds, of all calls; null without any. */
  readonly meanMs: number | null;
  /** Calls that did not succeed, by what came of them. */
  readonly failures: Readonly<Partial<Record<CheckOutcome, number>>>;
}

/** Sums counts of one service. */
export function standingOf(service: string, counts: readonly Counted[]): CheckStanding {
  const own = counts.filter((count) => count.service === service);
  const calls = own.reduce((sum, count) => sum + count.calls, 0);
  if (calls === 0) return { calls: 0, successRate: null, meanMs: null, failures: {} };
  const answered = own.find((count) => count.outcome === "answered")?.calls ?? 0;
  return {
    calls,
    successRate: Math.round((answered / calls) * 10_000) / 10_000,
    meanMs: Math.round((own.reduce((sum, count) => sum + count.totalMs, 0) / calls) * 10) / 10,
    failures: Object.fromEntries(
      own.filter(({ outcome }) => outcome !== "answered").map(({ outcome, calls: failed }) => [outcome, failed]),
    ),
  };
}
