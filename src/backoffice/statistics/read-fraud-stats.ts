import { err, ok, type Result } from "../../core/result.ts";
import type { FraudStats, FraudStatsQuery, FraudStatsSource } from "../../ports/fraud-stats.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";

const BUDGET_MS = 10_000;

/** Reports, blocks and clicks of a period, with S4.3's rate: reports ÷ clicks × 100, two decimals, 0 without clicks. */
export async function readFraudStats(
  deps: { readonly fraudStats: FraudStatsSource },
  context: StaffContext,
  query: FraudStatsQuery,
): Promise<Result<FraudStats & { readonly fraudRatePercent: number }, StaffRefusal>> {
  if (!contextMay(context, "stats.read")) return err({ kind: "not_allowed", verb: "stats.read", role: context.role });
  const read = await deps.fraudStats.read(query, BUDGET_MS);
  if (!read.ok) return err({ kind: "unavailable", part: read.error.source });
  const { clicks, reports } = read.value;
  return ok({ ...read.value, fraudRatePercent: clicks === 0 ? 0 : Math.round((reports.total / clicks) * 10_000) / 100 });
}
