import { type CheckContext, report } from "./check-context.ts";
import type { ConditionNode } from "./condition.ts";
import { createCostMeter } from "./cost.ts";
import type { JsonNode } from "./json-node.ts";

/** Reports rules that cost more than one rule may. `conditions[i]` is null where it has faults of its own. */
export function checkCosts(
  conditions: readonly (ConditionNode | null)[],
  nodes: readonly JsonNode[],
  defines: ReadonlyMap<string, ConditionNode>,
  context: CheckContext,
): void {
  const meter = createCostMeter(defines);
  conditions.forEach((condition, index) => {
    const node = nodes[index];
    const cost = condition === null ? 0 : meter(condition, new Set());
    if (cost <= context.limits.ruleCost || node === undefined) return;
    const remedy = "a comparison costs 1, a network 1, an expression its size: use a named list, or a simpler expression";
    report(context, node, "too_dear", `the rule costs ${cost}, over the budget of ${context.limits.ruleCost} (${remedy})`);
  });
}
