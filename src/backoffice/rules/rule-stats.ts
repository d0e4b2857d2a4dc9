import { err, ok, type Result } from "../../core/result.ts";
import type { RuleStats, RuleStatsQuery, RuleStatsStore, VersionStats } from "../../ports/rule-stats.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";

const BUDGET_MS = 10_000;

/** What versions decided and what their rules did, newest version first. What the outbox still holds arrives within seconds. */
export async function readRuleStats(
  deps: { readonly ruleStats: RuleStatsStore },
  context: StaffContext,
  query: RuleStatsQuery,
): Promise<Result<{ readonly versions: readonly VersionStats[]; readonly rules: readonly RuleStats[] }, StaffRefusal>> {
  if (!contextMay(context, "rules.read")) return err({ kind: "not_allowed", verb: "rules.read", role: context.role });
  const read = await deps.ruleStats.read(query, BUDGET_MS);
  return read.ok ? ok(read.value) : err({ kind: "unavailable", part: read.error.source });
}
