import type { Route } from "../../../route.ts";
import { approvalRoutes } from "./approvals.ts";
import { checkRoutes } from "./check.ts";
import { draftRoutes } from "./draft.ts";
import { draftRuleRoutes } from "./draft-rules.ts";
import { historyRoutes } from "./history.ts";
import { publishRules } from "./publish.ts";
import { snoozeRoutes } from "./snoozes.ts";

/** The workshop's routes whose paths are fixed; those of a single rule come after all others. */
export const ruleRoutes: readonly Route[] = [
  ...draftRuleRoutes,
  ...draftRoutes,
  ...checkRoutes,
  publishRules,
  ...historyRoutes,
  ...approvalRoutes,
  ...snoozeRoutes,
];
