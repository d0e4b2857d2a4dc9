import type { Vocabulary } from "../features/catalogue.ts";
import { type CheckContext, report } from "./check-context.ts";
import { checkCosts } from "./check-costs.ts";
import { checkDefineNames, checkDefines, testCount } from "./check-define.ts";
import { checkPolicy } from "./check-policy.ts";
import { checkReach } from "./check-reach.ts";
import { checkRuleCondition, normaliseRule } from "./check-rule.ts";
import { checkWhitelistEntry } from "./check-whitelist.ts";
import type { ConditionNode } from "./condition.ts";
import { RulesetDocument } from "./document.ts";
import { clip, entryOf, type JsonArray, type JsonNode, type JsonObject } from "./json-node.ts";
import { parseJson } from "./parse-json.ts";
import { reportIssues } from "./report-issues.ts";
import type { Policy, Rule, WhitelistEntry } from "./ruleset.ts";

/** One file checked by itself: ids and defines carry no prefix yet. */
export interface CheckedFile {
  readonly name: string;
  readonly policy: Policy | null;
  readonly defines: ReadonlyMap<string, ConditionNode>;
  readonly whitelist: readonly WhitelistEntry[];
  readonly rules: readonly Rule[];
  /** Tests of all its rules, defines counted wherever they are used. */
  readonly tests: number;
  readonly context: CheckContext;
  readonly tree: JsonObject;
}

/** Checks one file's text; null after reporting when it is not even a JSON object of the right shape. */
export function checkFile(text: string, vocabulary: Vocabulary, base: CheckContext): CheckedFile | null {
  const tree = parseJson(text, base);
  if (tree === null) return null;
  if (tree.kind !== "object") return report(base, tree, "wrong_type", "a ruleset is a JSON object");
  const shape = RulesetDocument.safeParse(JSON.parse(text));
  if (!shape.success) reportIssues(shape.error.issues, tree, base);

  const define = objectAt(tree, "define");
  const context: CheckContext = { ...base, defines: define === null ? new Set() : checkDefineNames(define, vocabulary, base) };
  const defines = define === null ? new Map<string, ConditionNode>() : checkDefines(define, vocabulary, context);
  const ruleNodes = arrayAt(tree, "rules")?.items ?? [];
  if (ruleNodes.length > context.limits.rules)
    return report(context, ruleNodes[0] ?? tree, "too_large", `${ruleNodes.length} rules are over the limit of ${context.limits.rules}`);
  const conditions = ruleNodes.map((node) => checkRuleCondition(node, vocabulary, context));
  reportRepeats(ruleNodes, context);
  const { tests, within } = countTests(conditions, ruleNodes, defines, context);
  checkCosts(within, ruleNodes, defines, context);
  // Over the limit of a whole set the file is refused anyway.
  if (tests <= context.limits.tests) checkReach(within, ruleNodes, { defines, vocabulary }, context);
  if (!shape.success) return null;

  const document = shape.data;
  const rules: Rule[] = [];
  document.rules.forEach((rule, index) => {
    const [node, condition] = [ruleNodes[index], conditions[index]];
    if (node === undefined || condition === undefined || condition === null) return;
    rules.push(normaliseRule(rule, node, condition, document.on ?? ["transaction"], context));
  });
  const whitelistNodes = arrayAt(tree, "whitelist")?.items ?? [];
  const whitelist = (document.whitelist ?? []).flatMap(
    (entry, index) => checkWhitelistEntry(entry, whitelistNodes[index] ?? tree, context) ?? [],
  );
  const policy = document.policy === undefined ? null : checkPolicy(document.policy, objectAt(tree, "policy") ?? tree, context);
  return { name: document.name, policy, defines, whitelist, rules, tests, context, tree };
}

function reportRepeats(nodes: readonly JsonNode[], context: CheckContext): void {
  const seen = new Set<string>();
  for (const node of nodes) {
    const id = node.kind === "object" ? entryOf(node, "id")?.value : undefined;
    if (id?.kind !== "scalar" || typeof id.value !== "string") continue;
    if (seen.has(id.value)) report(context, id, "duplicate_id", `another rule already has the id \`${clip(id.value)}\``);
    seen.add(id.value);
  }
}

/** Tests of all rules, and the conditions of those that are not too large: defines that double each other must not be written out. */
function countTests(
  conditions: readonly (ConditionNode | null)[],
  nodes: readonly JsonNode[],
  defines: ReadonlyMap<string, ConditionNode>,
  context: CheckContext,
): { readonly tests: number; readonly within: readonly (ConditionNode | null)[] } {
  const sizes = new Map<string, number>();
  for (const [name, condition] of defines) sizes.set(name, testCount(condition, sizes));
  let tests = 0;
  const within = conditions.map((condition, index) => {
    const count = condition === null ? 0 : testCount(condition, sizes);
    if (count <= context.limits.testsPerRule) {
      tests += count;
      return condition;
    }
    const node = nodes[index];
    const message = `the rule holds ${count} tests with its defines, over the limit of ${context.limits.testsPerRule}`;
    return node === undefined ? null : report(context, node, "too_large", message);
  });
  return { tests, within };
}

function objectAt(tree: JsonObject, key: string): JsonObject | null {
  const node = entryOf(tree, key)?.value;
  return node?.kind === "object" ? node : null;
}

function arrayAt(tree: JsonObject, key: string): JsonArray | null {
  const node = entryOf(tree, key)?.value;
  return node?.kind === "array" ? node : null;
}
