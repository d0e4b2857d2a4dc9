import type { ConditionNode } from "../rules/condition.ts";
import type { Ruleset } from "../rules/ruleset.ts";

/** Names of the lists that a ruleset reads with `inList`, in rules of any mode and in defines. */
export function listsRead({ rules, defines }: Pick<Ruleset, "rules" | "defines">): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ConditionNode): void => {
    if (node.kind === "not") visit(node.of);
    else if (node.kind !== "test") node.of.forEach(visit);
    else if (node.operator === "inList" && node.operand.kind === "literal") names.add(String(node.operand.value));
  };
  for (const { condition } of [...rules, ...defines]) visit(condition);
  return names;
}
