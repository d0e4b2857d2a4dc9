import { describeError } from "../../core/log/describe-error.ts";
import { waitAtMost } from "../budget.ts";
import type { GateListsDeps } from "./create-gate-lists.ts";
import type { GateLists } from "./gate-lists.ts";

const LOAD_BUDGET_MS = 5_000;
/** Lists that nobody confirmed for this long are waited for, a moment, and then old. */
const OLD_AFTER_MS = 60_000;

/**
 * Keeps the lists of an isolate recent, beside the requests: the work runs under the context of the request that begins it, and others wait for it
 * with timers of their own.
 */
export function createFollower({ live, lookMs, waitMs, clock, log }: GateListsDeps): Pick<GateLists, "ready" | "refresh"> {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let looking: { readonly work: Promise<void>; readonly sinceMs: number } | null = null;

  async function look(): Promise<void> {
    try {
      if (!(await live.refresh(LOAD_BUDGET_MS))) log("lists_not_followed", { lists: live.version() });
    } catch (error) {
      log("gate_failed", { part: "refresh", ...describeError(error) });
    }
  }
  const begin: GateLists["refresh"] = (waitUntil) => {
    const nowMs = clock();
    // A look whose request was cancelled never ends: past its budget it is forgotten.
    const isLooking = looking !== null && nowMs - looking.sinceMs < 2 * LOAD_BUDGET_MS;
    if (isLooking || nowMs - lookedAtMs < lookMs) return;
    lookedAtMs = nowMs;
    const work = look().finally(() => {
      if (looking?.work === work) looking = null;
    });
    looking = { work, sinceMs: nowMs };
    waitUntil(work);
  };
  const isRecent = (): boolean => {
    const checkedAtMs = live.checkedAtMs();
    return checkedAtMs !== null && clock() - checkedAtMs < OLD_AFTER_MS;
  };
  return {
    async ready(waitUntil) {
      if (!isRecent()) {
        begin(waitUntil);
        const passedMs = looking === null ? waitMs : clock() - looking.sinceMs;
        // While the stores hang, only requests of the first moment wait.
        if (looking !== null && passedMs < waitMs) await waitAtMost(looking.work, waitMs - passedMs);
      }
      if (live.current() === null) return "none";
      return isRecent() ? "fresh" : "stale";
    },
    refresh: begin,
  };
}
