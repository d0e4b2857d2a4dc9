import type * as z from "zod";
import { type CheckContext, report } from "../rules/check-context.ts";
import { clip, describe, entryOf, type JsonNode } from "../rules/json-node.ts";
import { didYouMean } from "../rules/nearest.ts";
import { keysOfOperator } from "./document.ts";

type Issue = z.core.$ZodIssue;

/** Reports what the schema of one feature refused, each at its place in the text. */
export function reportShape(issues: readonly Issue[], feature: JsonNode, operator: string, context: CheckContext): void {
  for (const issue of issues) {
    const { node, missing } = nodeAt(feature, issue.path);
    if (missing !== null) report(context, node, "missing_key", `\`${operator}\` needs \`${missing}\``);
    else if (issue.code === "unrecognized_keys")
      for (const key of issue.keys) {
        const place = node.kind === "object" ? (entryOf(node, key) ?? node) : node;
        const known = node === feature ? keysOfOperator(operator) : ["feature"];
        report(context, place, "unknown_key", `unknown key \`${clip(key)}\` in \`${operator}\`${didYouMean(key, known)}`);
      }
    else report(context, node, "wrong_type", sentenceOf(issue, node));
  }
}

function sentenceOf(issue: Issue, node: JsonNode): string {
  const values = allowedValues(issue);
  if (values.length > 0) {
    const hint = node.kind === "scalar" && typeof node.value === "string" ? didYouMean(node.value, values) : "";
    return `expected one of ${values.join(", ")}, got ${describe(node)}${hint}`;
  }
  if (issue.code === "invalid_type") return `expected a ${issue.expected}, got ${describe(node)}`;
  return issue.code === "invalid_union" ? `unexpected ${describe(node)}` : issue.message;
}

/** The names an enum, or the enums of a union, would have taken. */
function allowedValues(issue: Issue): string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code === "invalid_union") return [...new Set(issue.errors.flat().flatMap(allowedValues))];
  return [];
}

function nodeAt(tree: JsonNode, path: readonly PropertyKey[]): { node: JsonNode; missing: string | null } {
  let node = tree;
  for (const step of path) {
    const next = node.kind === "object" ? entryOf(node, String(step))?.value : node.kind === "array" ? node.items[Number(step)] : undefined;
    if (next === undefined) return { node, missing: String(step) };
    node = next;
  }
  return { node, missing: null };
}
