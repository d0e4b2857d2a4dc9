import * as z from "zod";
import { err, ok } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import type { Backtest } from "../../ports/backtest.ts";
import { staffAction, type Versioned } from "../staff-action.ts";
import { BACKTEST_BUDGET_MS, type BacktestDeps, backtestTarget } from "./backtest-deps.ts";
import { findBacktest } from "./backtest-read.ts";

const CancelCall = z.strictObject({ id: z.string().min(1).max(100) });

/** Ends a backtest before it is done: its runner stops at its next page and no result is made. One that is over stays as it is and is refused. */
export const cancelBacktest = staffAction<BacktestDeps, z.infer<typeof CancelCall>, Backtest>({
  verb: "rules.check",
  action: "backtest.cancel",
  input: CancelCall,
  plan: async (deps, { id }, context) => {
    const livemode = context.world === "live";
    const found = await findBacktest(deps, id, livemode);
    if (!found.ok) return found;
    const job = found.value;
    const isOver = job.status !== "queued" && job.status !== "running";
    if (isOver) return err({ kind: "invalid", faults: [{ code: "backtest_over", path: "id", message: `is over already: ${job.status}` }] });
    return ok({
      change: deps.store.cancelling(id, context.nowMs),
      target: backtestTarget(id),
      // Its version rises with every page, so there is none to hold on to.
      current: null,
      after: { status: "cancelled", done: job.done, total: job.total },
      reread: () => rereadBacktest(deps, id, livemode),
      output: { ...job, status: "cancelled", finishedAtMs: context.nowMs },
    });
  },
});

async function rereadBacktest(deps: BacktestDeps, id: string, livemode: boolean): ReturnType<() => Answer<Versioned | null>> {
  const found = await deps.store.byId(id, livemode, BACKTEST_BUDGET_MS);
  if (!found.ok) return found;
  return ok(found.value === null ? null : { version: found.value.version, state: { status: found.value.status } });
}
