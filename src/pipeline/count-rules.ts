import type { Answer } from "../ports/answer.ts";
import type { Services } from "./services.ts";

const BUDGET_MS = 30_000;
const DAY_MS = 86_400_000;

/** By schedule: counters of rules live as long as the decisions they counted. A run that fails is done by the next one. */
export function forgetRuleCounts(services: Services): Answer<void> {
  return services.ruleStats.forget(services.clock() - services.retentionDays * DAY_MS, BUDGET_MS);
}
