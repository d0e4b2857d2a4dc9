import { type ConditionNode, literalsOf, type TestNode } from "./condition.ts";
import { operatorRow } from "./operators.ts";
import type { Ruleset } from "./ruleset.ts";

/** What rules cost at worst, when nothing decides them early; the unit is about the time of one comparison of numbers. */
export interface RulesetCost {
  /** Of all live and shadow rules; a define that several use is worked out once. */
  readonly total: number;
  /** Of each rule by itself, its defines included; 0 for one that is off. In the ruleset's order. */
  readonly rules: readonly { readonly id: string; readonly cost: number }[];
}

/** The static cost of a ruleset. */
export function costOf(ruleset: Ruleset): RulesetCost {
  const defines = new Map(ruleset.defines.map(({ name, condition }) => [name, condition]));
  const meter = createCostMeter(defines);
  const shared = new Set<string>();
  let total = 0;
  const rules = ruleset.rules.map(({ id, mode, condition }) => {
    if (mode === "off") return { id, cost: 0 };
    total += meter(condition, shared);
    return { id, cost: meter(condition, new Set()) };
  });
  return { total, rules };
}

/** Measures conditions over the same defines; a define whose name is in `counted` costs nothing more, and its name is added. */
export function createCostMeter(defines: ReadonlyMap<string, ConditionNode>): (condition: ConditionNode, counted: Set<string>) => number {
  const measure = (node: ConditionNode, counted: Set<string>): number => {
    if (node.kind === "not") return measure(node.of, counted);
    if (node.kind !== "test") return node.of.reduce((sum, part) => sum + measure(part, counted), 0);
    const define = defines.get(node.name);
    if (define === undefined) return testCost(node);
    if (counted.has(node.name)) return 1;
    counted.add(node.name);
    return measure(define, counted);
  };
  return measure;
}

function testCost({ operator, operand }: TestNode): number {
  return operatorRow(operator).cost(literalsOf(operand)) + (operand.kind === "feature" ? 1 : 0);
}
