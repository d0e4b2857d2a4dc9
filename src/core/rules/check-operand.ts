import type { FeatureSlot, Vocabulary } from "../features/catalogue.ts";
import type { FeatureType } from "../features/value.ts";
import { type CheckContext, isFull, report } from "./check-context.ts";
import type { Literal, Operand } from "./condition.ts";
import { clip, describe, entryOf, type JsonNode, type JsonObject } from "./json-node.ts";
import { LITERAL_FORM, parseLiteral } from "./literal.ts";
import { didYouMean } from "./nearest.ts";
import { isOrdered } from "./operators.ts";

/** A literal of a type in inside units, or null after reporting: wrong type, or a text that is a feature's name. */
export function checkLiteral(node: JsonNode, type: FeatureType, vocabulary: Vocabulary, context: CheckContext): Literal | null {
  const value = node.kind === "scalar" ? node.value : null;
  if (typeof value === "string" && vocabulary.byName.has(value))
    return report(
      context,
      node,
      "literal_is_feature",
      `\`${value}\` is a feature's name; to compare with its value write \`{ "feature": "${value}" }\``,
    );
  const literal = parseLiteral(type, value, context.currencyExponent);
  if (literal === null) return report(context, node, "wrong_type", `expected ${LITERAL_FORM[type]}, got ${describe(node)}`);
  return literal;
}

/** The literals of a non-empty array. */
export function checkLiterals(node: JsonNode, type: FeatureType, vocabulary: Vocabulary, context: CheckContext): readonly Literal[] | null {
  if (node.kind !== "array") return report(context, node, "wrong_type", `expected an array of values, got ${describe(node)}`);
  if (node.items.length === 0) return report(context, node, "empty_list", "an empty list matches nothing: name at least one value");
  if (node.items.length > context.limits.listLength)
    return report(
      context,
      node,
      "too_large",
      `${node.items.length} values are over the limit of ${context.limits.listLength}: use a named list`,
    );
  const literals = node.items.map((item) => checkLiteral(item, type, vocabulary, context));
  return literals.every((literal) => literal !== null) ? literals : null;
}

/** A literal, or `{ "feature": name, "times"?, "plus"?, "or"? }`, to compare a feature with. */
export function checkOperand(node: JsonNode, feature: FeatureSlot, vocabulary: Vocabulary, context: CheckContext): Operand | null {
  if (node.kind === "object") return checkFeatureOperand(node, feature, vocabulary, context);
  const value = checkLiteral(node, feature.type, vocabulary, context);
  return value === null ? null : { kind: "literal", value };
}

const OPERAND_KEYS = ["feature", "times", "plus", "or"];

function checkFeatureOperand(node: JsonObject, feature: FeatureSlot, vocabulary: Vocabulary, context: CheckContext): Operand | null {
  let isSound = true;
  for (const entry of node.entries) {
    if (OPERAND_KEYS.includes(entry.key)) continue;
    isSound = false;
    report(context, entry, "unknown_key", `unknown key \`${clip(entry.key)}\` in an operand${didYouMean(entry.key, OPERAND_KEYS)}`);
  }
  const nameNode = entryOf(node, "feature")?.value;
  if (nameNode?.kind !== "scalar" || typeof nameNode.value !== "string")
    return report(context, nameNode ?? node, "wrong_type", 'an operand is a value or `{ "feature": "name" }`');
  const name = nameNode.value;
  const other = vocabulary.byName.get(name);
  if (other === undefined) return reportUnknownOperand(name, nameNode, vocabulary, context);
  if (!areComparable(feature.type, other.type))
    return report(
      context,
      nameNode,
      "wrong_type",
      `\`${feature.name}\` is ${feature.type}, \`${name}\` is ${other.type}: they do not compare`,
    );
  const scale = checkScale(node, other, context);
  const orNode = entryOf(node, "or")?.value;
  const or = orNode === undefined ? null : checkLiteral(orNode, other.type, vocabulary, context);
  if (!isSound || scale === null || (orNode !== undefined && or === null)) return null;
  return { kind: "feature", name, ...scale, or };
}

function reportUnknownOperand(name: string, node: JsonNode, vocabulary: Vocabulary, context: CheckContext): null {
  if (context.defines.has(name))
    return report(context, node, "define_as_operand", `\`${clip(name)}\` is a define: it can only be compared with true or false`);
  const hint = isFull(context) ? "" : didYouMean(name, vocabulary.byName.keys());
  return report(context, node, "unknown_feature", `unknown feature \`${clip(name)}\`${hint}`);
}

function checkScale(node: JsonObject, other: FeatureSlot, context: CheckContext): { times: number; plus: number } | null {
  const times = entryOf(node, "times")?.value;
  const plus = entryOf(node, "plus")?.value;
  const first = times ?? plus;
  if (first === undefined) return { times: 1, plus: 0 };
  if (!isOrdered(other.type))
    return report(context, first, "wrong_type", `\`${other.name}\` is ${other.type}: it takes no \`times\` or \`plus\``);
  const factor = times === undefined ? 1 : checkFactor(times, context);
  const offset = plus === undefined ? 0 : checkOffset(plus, other.type, context);
  return factor === null || offset === null ? null : { times: factor, plus: offset };
}

function checkFactor(node: JsonNode, context: CheckContext): number | null {
  if (node.kind === "scalar" && typeof node.value === "number") return node.value;
  return report(context, node, "wrong_type", `expected a number, got ${describe(node)}`);
}

/** `plus` speaks the feature's unit; a time moves by a duration, and hours, weekdays and counts by a number. */
function checkOffset(node: JsonNode, type: FeatureType, context: CheckContext): number | null {
  const unit = type === "time" ? "duration" : type === "hour" || type === "weekday" ? "count" : type;
  const sign = node.kind === "scalar" && typeof node.value === "string" && node.value.startsWith("-") ? -1 : 1;
  const value = node.kind === "scalar" ? node.value : null;
  const literal = parseLiteral(unit, sign === -1 ? String(value).slice(1) : value, context.currencyExponent);
  if (typeof literal === "number") return sign * literal;
  return report(context, node, "wrong_type", `expected ${LITERAL_FORM[unit]}, got ${describe(node)}`);
}

function areComparable(a: FeatureType, b: FeatureType): boolean {
  const isPlain = (type: FeatureType): boolean => type === "count" || type === "ratio";
  return a === b || (isPlain(a) && isPlain(b));
}
