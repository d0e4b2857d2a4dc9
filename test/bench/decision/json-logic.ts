import jsonLogic, { type RulesLogic } from "json-logic-js";
import type { ConditionNode, Literal, Operand } from "../../../src/core/rules/condition.ts";
import type { Operator } from "../../../src/core/rules/operators.ts";
import type { Ruleset } from "../../../src/core/rules/ruleset.ts";

const SIGN: Readonly<Partial<Record<Operator, string>>> = { eq: "===", ne: "!==", gt: ">", gte: ">=", lt: "<", lte: "<=" };

/** A checked ruleset for json-logic-js; gives the indexes of the rules that fire on facts by name. Throws on what its packs do not use. */
export function jsonLogicRules({ rules, defines }: Ruleset, kind: string): (facts: object) => readonly number[] {
  const defined = new Map(defines.map(({ name, condition }) => [name, condition]));
  const applying = rules.flatMap(({ on, mode, condition }, index) =>
    mode !== "off" && (on as readonly string[]).some((one) => one === kind || one === "transaction")
      ? [{ index, logic: logicOf(condition, defined) as RulesLogic }]
      : [],
  );
  return (facts) => applying.filter(({ logic }) => jsonLogic.apply(logic, facts) === true).map(({ index }) => index);
}

function logicOf(node: ConditionNode, defined: ReadonlyMap<string, ConditionNode>): unknown {
  switch (node.kind) {
    case "all":
      return { and: node.of.map((part) => logicOf(part, defined)) };
    case "any":
      return { or: node.of.map((part) => logicOf(part, defined)) };
    case "not":
      // Unknown stays unknown under a `not`, so what it reads must be there.
      return { and: [...present(node.of), { "!": [logicOf(node.of, defined)] }] };
    case "test": {
      const definition = defined.get(node.name);
      if (definition !== undefined) return logicOf(definition, defined);
      const left = valueOf(node.name, node.or);
      if (node.operator === "exists") return { [isTrue(node.operand) ? "!==" : "==="]: [left, null] };
      return { and: [...present(node), testOf(node.operator, left, node.operand)] };
    }
  }
}

function testOf(operator: Operator, left: unknown, operand: Operand): unknown {
  const sign = SIGN[operator];
  if (sign !== undefined && operand.kind !== "list") return { [sign]: [left, operandOf(operand)] };
  if (operand.kind !== "list") throw new Error(`\`${operator}\` has no translation`);
  const [low = 0, high = 0] = operand.values;
  if (operator === "between") return { "<=": [low, left, high] };
  if (operator === "in") return { in: [left, operand.values] };
  throw new Error(`\`${operator}\` has no translation`);
}

function operandOf(operand: Exclude<Operand, { kind: "list" }>): unknown {
  if (operand.kind === "literal") return operand.value;
  const { times, plus } = operand;
  const value = valueOf(operand.name, operand.or);
  // Only numbers may be calculated with; texts and countries are compared as they are.
  return times === 1 && plus === 0 ? value : { "+": [{ "*": [value, times] }, plus] };
}

/** JavaScript compares null as 0: what is read without a stand-in must be there. */
function present(node: ConditionNode): unknown[] {
  if (node.kind !== "test") return node.kind === "not" ? present(node.of) : node.of.flatMap(present);
  const { operand } = node;
  const names = [
    ...(node.or === null && node.operator !== "exists" ? [node.name] : []),
    ...(operand.kind === "feature" && operand.or === null ? [operand.name] : []),
  ];
  return names.map((name) => ({ "!==": [{ var: name }, null] }));
}

const valueOf = (name: string, or: Literal | null): unknown => ({ var: or === null ? name : [name, or] });
const isTrue = (operand: Operand): boolean => operand.kind === "literal" && operand.value === true;
