import type { ConditionNode } from "./condition.ts";

/** Features a condition reads, its defines' included, each once, in the order of the text. */
export function namesRead(condition: ConditionNode, defines: ReadonlyMap<string, ConditionNode>): readonly string[] {
  const names = new Set<string>();
  const seen = new Set<string>();
  const visit = (node: ConditionNode): void => {
    if (node.kind === "not") visit(node.of);
    else if (node.kind !== "test") node.of.forEach(visit);
    else {
      const define = defines.get(node.name);
      if (define === undefined) names.add(node.name);
      else if (!seen.has(node.name)) {
        seen.add(node.name);
        visit(define);
      }
      if (node.operand.kind === "feature") names.add(node.operand.name);
    }
  };
  visit(condition);
  return [...names];
}

/** Every name that tests of these conditions use, defines and features alike. */
export function namesUsed(conditions: readonly ConditionNode[]): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ConditionNode): void => {
    if (node.kind === "not") visit(node.of);
    else if (node.kind !== "test") node.of.forEach(visit);
    else names.add(node.name);
  };
  conditions.forEach(visit);
  return names;
}
