import { err, ok, type Result } from "../../core/result.ts";
import type { Backtest } from "../../ports/backtest.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { BACKTEST_BUDGET_MS, type BacktestDeps } from "./backtest-deps.ts";

const MOST_LISTED = 100;

/** A backtest of the caller's world with its progress and, when it is done, its result. */
export async function readBacktest(
  deps: Pick<BacktestDeps, "store">,
  context: StaffContext,
  id: string,
): Promise<Result<Backtest, StaffRefusal>> {
  if (!contextMay(context, "rules.check")) return err({ kind: "not_allowed", verb: "rules.check", role: context.role });
  return findBacktest(deps, id, context.world === "live");
}

/** The newest hundred, without their results. */
export async function listBacktests(
  deps: Pick<BacktestDeps, "store">,
  context: StaffContext,
): Promise<Result<readonly Backtest[], StaffRefusal>> {
  if (!contextMay(context, "rules.check")) return err({ kind: "not_allowed", verb: "rules.check", role: context.role });
  const found = await deps.store.list(context.world === "live", MOST_LISTED, BACKTEST_BUDGET_MS);
  return found.ok ? found : err({ kind: "unavailable", part: found.error.source });
}

/** Refused when there is none. */
export async function findBacktest(
  { store }: Pick<BacktestDeps, "store">,
  id: string,
  livemode: boolean,
): Promise<Result<Backtest, StaffRefusal>> {
  const found = await store.byId(id, livemode, BACKTEST_BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  return found.value === null ? err({ kind: "not_found", detail: `there is no backtest \`${id.slice(0, 100)}\`` }) : ok(found.value);
}
