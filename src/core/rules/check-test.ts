import { parseNetwork } from "../address/network.ts";
import type { FeatureSlot, Vocabulary } from "../features/catalogue.ts";
import { type CheckContext, isFull, report } from "./check-context.ts";
import { checkLiteral, checkLiterals, checkOperand } from "./check-operand.ts";
import type { ConditionNode, Literal, Operand } from "./condition.ts";
import { clip, describe, entryOf, type JsonEntry, type JsonNode } from "./json-node.ts";
import { didYouMean } from "./nearest.ts";
import { isOperator, OPERATORS, type Operator, operatorRow, operatorsOf } from "./operators.ts";
import { compileRegex } from "./regex.ts";

/** The test of one feature: a literal (equals) or an object of operators, all of which must hold, with `or` for an absent value. */
export function checkTest(feature: FeatureSlot, node: JsonNode, vocabulary: Vocabulary, context: CheckContext): ConditionNode | null {
  if (node.kind === "array")
    return report(
      context,
      node,
      "wrong_type",
      `expected a value or operators, got an array; for one of several values write \`{ "in": […] }\``,
    );
  if (node.kind === "scalar") {
    const value = checkLiteral(node, feature.type, vocabulary, context);
    return value === null ? null : test(feature, "eq", { kind: "literal", value }, null, node.path);
  }
  const orNode = entryOf(node, "or");
  const or = orNode === null ? null : checkLiteral(orNode.value, feature.type, vocabulary, context);
  const operators = node.entries.filter((entry) => entry.key !== "or");
  if (operators.length === 0)
    return report(context, node, "empty_condition", `the test of \`${feature.name}\` has no operator: name one, such as \`eq\``);
  const tests = operators.map((entry) => checkOperator(feature, entry, { or, hasOr: orNode !== null }, vocabulary, context));
  if ((orNode !== null && or === null) || !tests.every((one) => one !== null)) return null;
  const [first] = tests;
  return tests.length === 1 && first !== undefined ? first : { kind: "all", of: tests, path: node.path };
}

interface StandIn {
  readonly or: Literal | null;
  readonly hasOr: boolean;
}

function checkOperator(
  feature: FeatureSlot,
  entry: JsonEntry,
  standIn: StandIn,
  vocabulary: Vocabulary,
  context: CheckContext,
): ConditionNode | null {
  const operator = entry.key;
  if (!isOperator(operator)) {
    const hint = operator === "feature" ? '; write `{ "eq": { "feature": … } }`' : isFull(context) ? "" : didYouMean(operator, OPERATORS);
    return report(context, entry, "unknown_operator", `unknown operator \`${clip(operator)}\`${hint}`);
  }
  if (!operatorRow(operator).suits(feature.type)) {
    const known = operatorsOf(feature.type).join(", ");
    return report(
      context,
      entry,
      "wrong_type",
      `\`${operator}\` does not apply to \`${feature.name}\`, which is ${feature.type} (it takes ${known})`,
    );
  }
  if (operator === "exists" && standIn.hasOr)
    return report(context, entry, "pointless_or", "`or` gives an absent value a stand-in, so `exists` beside it is always true");
  const operand = operandOf(feature, operator, entry.value, vocabulary, context);
  return operand === null ? null : test(feature, operator, operand, standIn.or, entry.path);
}

function test(feature: FeatureSlot, operator: Operator, operand: Operand, or: Literal | null, path: string): ConditionNode {
  return { kind: "test", name: feature.name, operator, operand, or, path };
}

function operandOf(
  feature: FeatureSlot,
  operator: Operator,
  node: JsonNode,
  vocabulary: Vocabulary,
  context: CheckContext,
): Operand | null {
  switch (operatorRow(operator).operand) {
    case "comparable":
      return checkOperand(node, feature, vocabulary, context);
    case "part":
      return checkPart(node, feature, vocabulary, context);
    case "bounds":
      return checkBounds(node, feature, vocabulary, context);
    case "values": {
      const values = checkLiterals(node, feature.type, vocabulary, context);
      return values === null ? null : { kind: "list", values };
    }
    case "regex":
      return checkRegex(node, feature, context);
    case "networks":
      return checkNetworks(node, context);
    case "list":
      return checkListName(node, feature, context);
    case "flag":
      if (node.kind === "scalar" && typeof node.value === "boolean") return { kind: "literal", value: node.value };
      return report(context, node, "wrong_type", `expected \`true\` or \`false\`, got ${describe(node)}`);
  }
}

/** A part of a text need not be a whole e-mail address, so it is checked as text; e-mail parts fold as text does. */
function checkPart(node: JsonNode, feature: FeatureSlot, vocabulary: Vocabulary, context: CheckContext): Operand | null {
  if (node.kind === "object" || feature.type !== "email") return checkOperand(node, feature, vocabulary, context);
  const value = checkLiteral(node, "text", vocabulary, context);
  return value === null ? null : { kind: "literal", value };
}

function checkBounds(node: JsonNode, feature: FeatureSlot, vocabulary: Vocabulary, context: CheckContext): Operand | null {
  if (node.kind !== "array" || node.items.length !== 2)
    return report(context, node, "wrong_type", `\`between\` takes an array of two values, low and high, got ${describe(node)}`);
  const values = checkLiterals(node, feature.type, vocabulary, context);
  const [low, high] = values ?? [];
  if (values === null || low === undefined || high === undefined) return null;
  if (low > high) return report(context, node, "low_above_high", "the low end of `between` is above its high end");
  return { kind: "list", values };
}

function checkRegex(node: JsonNode, feature: FeatureSlot, context: CheckContext): Operand | null {
  if (node.kind !== "scalar" || typeof node.value !== "string" || node.value === "")
    return report(context, node, "wrong_type", `expected a regular expression as a text, got ${describe(node)}`);
  const regex = compileRegex(node.value, feature.type, context.limits.regexSize);
  if (regex.ok) return { kind: "literal", value: node.value };
  return report(context, node, "bad_regex", `\`${clip(node.value)}\` is not an RE2 expression: ${clip(regex.error)}`);
}

function checkNetworks(node: JsonNode, context: CheckContext): Operand | null {
  const items = node.kind === "array" ? node.items : [node];
  if (items.length === 0) return report(context, node, "empty_list", "an empty list matches nothing: name at least one network");
  if (items.length > context.limits.listLength)
    return report(
      context,
      node,
      "too_large",
      `${items.length} networks are over the limit of ${context.limits.listLength}: use a named list`,
    );
  const values: string[] = [];
  for (const item of items) {
    if (item.kind === "scalar" && typeof item.value === "string" && parseNetwork(item.value) !== null) values.push(item.value);
    else report(context, item, "bad_cidr", `expected a network such as \`"192.0.2.0/24"\`, got ${describe(item)}`);
  }
  return values.length === items.length ? { kind: "list", values } : null;
}

function checkListName(node: JsonNode, feature: FeatureSlot, context: CheckContext): Operand | null {
  if (node.kind !== "scalar" || typeof node.value !== "string")
    return report(context, node, "wrong_type", `expected the name of a list, got ${describe(node)}`);
  const type = context.lists.get(node.value)?.type;
  if (type === undefined) {
    const hint = isFull(context) ? "" : didYouMean(node.value, context.lists.keys());
    return report(context, node, "unknown_list", `unknown list \`${clip(node.value)}\`${hint}`);
  }
  if (type !== feature.type)
    return report(
      context,
      node,
      "wrong_list_type",
      `the list \`${node.value}\` holds ${type} values, \`${feature.name}\` is ${feature.type}`,
    );
  return { kind: "literal", value: node.value };
}
