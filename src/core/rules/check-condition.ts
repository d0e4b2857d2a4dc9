import type { Vocabulary } from "../features/catalogue.ts";
import { type CheckContext, isFull, report } from "./check-context.ts";
import { checkTest } from "./check-test.ts";
import type { ConditionNode } from "./condition.ts";
import { clip, describe, type JsonEntry, type JsonNode } from "./json-node.ts";
import { nearestName } from "./nearest.ts";
import { checkShorthand, SHORTHANDS } from "./shorthand.ts";

const COMBINATORS = ["all", "any", "none", "not"] as const;

/**
 * Checks one condition object against the names it may read and returns it normalised, or null after pushing every fault to
 * `context.faults`: several keys mean all of them, `none` becomes not-any, the shorthands of S4.8 become tests, literals turn
 * into inside units. A define of `context.defines` reads as a test `eq true` of that name.
 */
export function checkCondition(tree: JsonNode, vocabulary: Vocabulary, context: CheckContext): ConditionNode | null {
  if (tree.kind !== "object") {
    const hint = tree.kind === "array" ? '; for several conditions write `{ "all": […] }`' : "";
    return report(context, tree, "wrong_type", `expected a condition object, got ${describe(tree)}${hint}`);
  }
  if (tree.entries.length === 0)
    return report(context, tree, "empty_condition", "an empty condition is always true: name at least one test");
  const parts = tree.entries.map((entry) => checkEntry(entry, vocabulary, context));
  if (!parts.every((part) => part !== null)) return null;
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : { kind: "all", of: parts, path: tree.path };
}

function checkEntry(entry: JsonEntry, vocabulary: Vocabulary, context: CheckContext): ConditionNode | null {
  const { key, value } = entry;
  switch (key) {
    case "all":
    case "any":
      return checkGroup(entry, key, vocabulary, context);
    case "none": {
      const any = checkGroup(entry, "any", vocabulary, context);
      return any === null ? null : { kind: "not", of: any, path: entry.path };
    }
    case "not": {
      const of = checkCondition(value, vocabulary, context);
      return of === null ? null : { kind: "not", of, path: entry.path };
    }
  }
  const shorthand = SHORTHANDS.get(key);
  if (shorthand !== undefined) return checkShorthand(entry, shorthand, vocabulary, context);
  const feature = vocabulary.byName.get(key);
  if (feature !== undefined) return checkTest(feature, value, vocabulary, context);
  if (context.defines.has(key)) return checkDefineUse(entry, context);
  return reportUnknown(entry, vocabulary, context);
}

function checkGroup(entry: JsonEntry, kind: "all" | "any", vocabulary: Vocabulary, context: CheckContext): ConditionNode | null {
  const { value } = entry;
  if (value.kind !== "array")
    return report(context, value, "wrong_type", `\`${entry.key}\` takes an array of conditions, got ${describe(value)}`);
  if (value.items.length === 0) return report(context, value, "empty_list", `\`${entry.key}\` is empty: name at least one condition`);
  const of = value.items.map((item) => checkCondition(item, vocabulary, context));
  return of.every((part) => part !== null) ? { kind, of, path: entry.path } : null;
}

/** A define is `true`, `false`, or `{ "eq" | "ne": true | false }`; it has no absent value of its own. */
function checkDefineUse(entry: JsonEntry, context: CheckContext): ConditionNode | null {
  const { key, value, path } = entry;
  const [only] = value.kind === "object" && value.entries.length === 1 ? value.entries : [];
  const compared = only !== undefined && (only.key === "eq" || only.key === "ne") ? only.value : value;
  if (compared.kind !== "scalar" || typeof compared.value !== "boolean")
    return report(context, value, "wrong_type", `\`${clip(key)}\` is a define: compare it with \`true\` or \`false\``);
  const use: ConditionNode = { kind: "test", name: key, operator: "eq", operand: { kind: "literal", value: true }, or: null, path };
  return compared.value === (only?.key !== "ne") ? use : { kind: "not", of: use, path };
}

function reportUnknown(entry: JsonEntry, vocabulary: Vocabulary, context: CheckContext): null {
  const nearest = isFull(context)
    ? null
    : nearestName(entry.key, [...vocabulary.byName.keys(), ...context.defines, ...COMBINATORS, ...SHORTHANDS.keys()]);
  const hint = nearest === null ? "" : `; did you mean \`${nearest}\`?`;
  return report(context, entry, "unknown_feature", `unknown feature \`${clip(entry.key)}\`${hint}`);
}
