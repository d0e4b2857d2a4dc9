import type { ConditionNode } from "./condition.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { TestNode } from "./prepare-test.ts";
import { compileRegex } from "./regex.ts";
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
  const sizes = new Map<string, number>();
  const measure = (node: ConditionNode, counted: Set<string>): number => {
    if (node.kind === "not") return measure(node.of, counted);
    if (node.kind !== "test") return node.of.reduce((sum, part) => sum + measure(part, counted), 0);
    const define = defines.get(node.name);
    if (define === undefined) return testCost(node, sizes);
    if (counted.has(node.name)) return 1;
    counted.add(node.name);
    return measure(define, counted);
  };
  return measure;
}

function testCost({ operator, operand }: TestNode, regexSizes: Map<string, number>): number {
  const other = operand.kind === "feature" ? 1 : 0;
  switch (operator) {
    case "in":
    case "notIn":
      return 2;
    case "contains":
    case "startsWith":
    case "endsWith":
      return 5 + other;
    case "inList":
      return 5;
    // Networks are compared one by one.
    case "cidr":
      return 5 + (operand.kind === "list" ? operand.values.length : 1);
    case "matches":
      return 20 + regexSize(operand.kind === "literal" ? String(operand.value) : "", regexSizes);
    default:
      return 1 + other;
  }
}

function regexSize(pattern: string, known: Map<string, number>): number {
  const size = known.get(pattern);
  if (size !== undefined) return size;
  const regex = compileRegex(pattern, "text", DEFAULT_LIMITS.regexSize);
  const measured = regex.ok ? regex.value.size : DEFAULT_LIMITS.regexSize;
  known.set(pattern, measured);
  return measured;
}
