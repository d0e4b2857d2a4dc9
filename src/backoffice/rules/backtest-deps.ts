import type { BacktestStore, CaseSource } from "../../ports/backtest.ts";
import type { StaffDeps } from "../staff-action.ts";
import type { WorkshopDeps } from "./workshop-deps.ts";

export const BACKTEST_BUDGET_MS = 10_000;

/** What the verbs on backtests need. */
export interface BacktestDeps extends StaffDeps, Pick<WorkshopDeps, "manifests" | "drafts" | "options"> {
  readonly store: BacktestStore;
  readonly cases: CaseSource;
}

export const backtestTarget = (id: string) => ({ kind: "backtest", id, isPersonal: false }) as const;
