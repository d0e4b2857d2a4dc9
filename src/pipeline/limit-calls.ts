import { type LimitCall, type LimitVerdict, verdictOf } from "../core/limits/verdict.ts";
import type { LimitStore } from "../ports/limits.ts";

/** After Redis failed to say, how long calls go on without asking. */
const LEFT_ALONE_MS = 1_000;

/** Counts calls that claim nothing; `analyze` is counted by its claim. */
export type CallLimiter = (call: LimitCall) => Promise<LimitVerdict>;

/** Asks Redis once a call. Past the budget: `unknown`, at once for the next second, and the route decides whether that is enough. */
export function createCallLimiter({
  store,
  clock,
  budgetMs,
}: {
  readonly store: LimitStore;
  readonly clock: () => number;
  readonly budgetMs: number;
}): CallLimiter {
  let leaveAloneUntilMs = 0;
  return async (call) => {
    const nowMs = clock();
    if (nowMs < leaveAloneUntilMs) return { kind: "unknown", call };
    const standings = await store.take(call, nowMs, budgetMs);
    if (standings.ok) return verdictOf(call, standings.value);
    leaveAloneUntilMs = clock() + LEFT_ALONE_MS;
    return { kind: "unknown", call };
  };
}
