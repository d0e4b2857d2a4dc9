import { createCaseSource } from "../adapters/postgres/backtest-cases.ts";
import { createBacktestStore } from "../adapters/postgres/backtest-store.ts";
import type { Database } from "../adapters/postgres/database.ts";
import type { Services } from "../pipeline/services.ts";

/** Backtests and the decisions they read. */
export function createBacktests(database: Database): Services["backtests"] {
  return { store: createBacktestStore(database), cases: createCaseSource(database) };
}
