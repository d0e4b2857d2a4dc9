import type * as z from "zod";
import { type CheckContext, report } from "./check-context.ts";
import { AutoBlockDocument, OutcomeDocument, PolicyDocument, RuleDocument, RulesetDocument, WhitelistDocument } from "./document.ts";
import { clip, describe, entryOf, type JsonNode, nodeAt } from "./json-node.ts";
import { didYouMean } from "./nearest.ts";

type Issue = z.core.$ZodIssue;

/** The keys an object at a path may have, for hints. */
export type KeysAt = (path: readonly PropertyKey[]) => readonly string[];

/** Reports what a document's schema refused, each at its place in the text. The keys are a ruleset's unless said otherwise. */
export function reportIssues(issues: readonly Issue[], tree: JsonNode, context: CheckContext, keysAt: KeysAt = rulesetKeys): void {
  for (const issue of issues) reportIssue(issue, issue.path, { tree, context, keysAt });
}

interface Reporting {
  readonly tree: JsonNode;
  readonly context: CheckContext;
  readonly keysAt: KeysAt;
}

function reportIssue(issue: Issue, path: readonly PropertyKey[], reporting: Reporting): void {
  const { tree, context } = reporting;
  if (issue.code === "invalid_union") {
    // The branch that got past the outermost type is the one the writer meant.
    const meant = issue.errors.find((branch) => branch.every((inner) => inner.path.length > 0 || inner.code !== "invalid_type"));
    if (meant !== undefined) {
      for (const inner of meant) reportIssue(inner, [...path, ...inner.path], reporting);
      return;
    }
  }
  const node = nodeAt(tree, path);
  if (issue.code === "unrecognized_keys") {
    const known = reporting.keysAt(path);
    for (const key of issue.keys) {
      const place = node.found.kind === "object" ? (entryOf(node.found, key) ?? node.found) : node.found;
      report(context, place, "unknown_key", `unknown key \`${clip(key)}\`${didYouMean(key, known)}`);
    }
    return;
  }
  if (node.missing !== null) {
    report(context, node.found, "missing_key", `\`${clip(node.missing)}\` is required`);
    return;
  }
  report(context, node.found, codeOf(issue), sentenceOf(issue, node.found));
}

function codeOf(issue: Issue): string {
  if (issue.code === "too_small" || issue.code === "too_big") return "out_of_range";
  return issue.code === "invalid_type" || issue.code === "invalid_union" ? "wrong_type" : "invalid_value";
}

function sentenceOf(issue: Issue, node: JsonNode): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${issue.expected === "array" || issue.expected === "object" ? "an" : "a"} ${issue.expected}, got ${describe(node)}`;
    case "invalid_value": {
      const values = issue.values.map(String);
      const hint = node.kind === "scalar" && typeof node.value === "string" ? didYouMean(node.value, values) : "";
      return `expected one of ${values.join(", ")}, got ${describe(node)}${hint}`;
    }
    case "invalid_union":
      return `expected \`true\`, \`false\` or an object, got ${describe(node)}`;
    case "too_small":
      return issue.origin === "number" ? `must be at least ${issue.minimum}, got ${describe(node)}` : issue.message;
    case "too_big":
      return issue.message.startsWith("must") ? issue.message : `must be at most ${issue.maximum}, got ${describe(node)}`;
    default:
      return issue.message;
  }
}

function rulesetKeys(path: readonly PropertyKey[]): readonly string[] {
  const [section, , part] = path;
  if (section === undefined) return Object.keys(RulesetDocument.shape);
  if (section === "policy") return Object.keys(PolicyDocument.shape);
  if (section === "whitelist") return Object.keys(WhitelistDocument.shape);
  if (part === "outcome") return Object.keys(OutcomeDocument.shape);
  return Object.keys(part === "autoBlock" ? AutoBlockDocument.shape : RuleDocument.shape);
}
