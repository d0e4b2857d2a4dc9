/** How many calls a closed breaker remembers. */
const REMEMBERED = 20;
/** It opens when at least this many of them failed, and at least half. */
const LEAST_FAILURES = 5;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/**
 * Keeps decisions from waiting for a service that is down. Closed lets every call through; open none, for 5 s and twice as long each time it opens
 * again, up to 5 minutes; half open lets one through, whose outcome closes it or opens it again.
 */
export type Breaker =
  | { readonly state: "closed"; readonly recent: readonly boolean[] }
  | { readonly state: "open"; readonly untilMs: number; readonly pauseMs: number }
  /** The call that was let through may die without a word; after `untilMs` the next one is. */
  | { readonly state: "half_open"; readonly untilMs: number; readonly pauseMs: number };

export const CLOSED: Breaker = { state: "closed", recent: [] };

/** Whether a call may be made now, and the breaker after that. A call that is made ends within `budgetMs`. */
export function admit(breaker: Breaker, nowMs: number, budgetMs: number): { readonly isAdmitted: boolean; readonly breaker: Breaker } {
  if (breaker.state === "closed") return { isAdmitted: true, breaker };
  if (nowMs < breaker.untilMs) return { isAdmitted: false, breaker };
  return { isAdmitted: true, breaker: { state: "half_open", untilMs: nowMs + 2 * budgetMs, pauseMs: breaker.pauseMs } };
}

/** The breaker after a call that was let through. What comes back while it is open was sent before, and changes nothing. */
export function settle(breaker: Breaker, isSuccess: boolean, nowMs: number): Breaker {
  switch (breaker.state) {
    case "open":
      return breaker;
    case "half_open":
      return isSuccess ? CLOSED : opened(Math.min(2 * breaker.pauseMs, LONGEST_PAUSE_MS), nowMs);
    case "closed": {
      const recent = [...breaker.recent, isSuccess].slice(-REMEMBERED);
      const failures = recent.filter((one) => !one).length;
      return failures >= LEAST_FAILURES && 2 * failures >= recent.length ? opened(FIRST_PAUSE_MS, nowMs) : { state: "closed", recent };
    }
  }
}

const opened = (pauseMs: number, nowMs: number): Breaker => ({ state: "open", untilMs: nowMs + pauseMs, pauseMs });
