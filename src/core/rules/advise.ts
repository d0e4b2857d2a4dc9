import type { Vocabulary } from "../features/catalogue.ts";
import type { RulesetFile } from "./check.ts";
import { neverTrue } from "./check-reach.ts";
import type { ConditionNode } from "./condition.ts";
import type { Fault } from "./fault.ts";
import { createPlaceFinder } from "./find-place.ts";
import { namesUsed } from "./names-read.ts";
import type { Rule, Ruleset } from "./ruleset.ts";
import { createTruthFinder } from "./satisfiable.ts";

/**
 * What is sound and yet most likely not meant, a sentence each: conditions that always hold or whose branches never do, rules that say the same,
 * defines that nobody uses. Warnings, so a publish may go on. With the texts of the ruleset's files, each names its file, line and column.
 */
export function adviseRuleset(ruleset: Ruleset, vocabulary: Vocabulary, files: readonly RulesetFile[] = []): readonly Fault[] {
  const defines = new Map(ruleset.defines.map(({ name, condition }) => [name, condition]));
  const warnings: Fault[] = [];
  const place = createPlaceFinder(files);
  const warn = (pack: string, path: string, code: string, message: string): void => {
    warnings.push({ code, path, message, ...place(pack, path) });
  };
  const finder = createTruthFinder({ defines, vocabulary });
  for (const rule of ruleset.rules) {
    if (rule.mode === "off") continue;
    const tell = (path: string, code: string, message: string): void => warn(packOf(rule.id), path, code, `\`${rule.id}\`: ${message}`);
    if (!finder.canBe(rule.condition, true)) {
      tell(conditionsPath(rule), "never_true", neverTrue(finder.conflictOf(rule.condition)));
      continue;
    }
    for (const part of conjuncts(rule.condition))
      if (!finder.canBe(part, false)) tell(part.path, "always_true", "this holds for every value there can be: it decides nothing");
    for (const { path, feature } of finder.deadBranches(rule.condition)) {
      const about = feature === null ? "" : `, because of what is said of \`${feature}\``;
      tell(path, "dead_branch", `this alternative can never be true beside the rest of the rule${about}`);
    }
  }
  for (const [rule, twin] of twinsOf(ruleset.rules, defines)) {
    const message = `\`${rule.id}\`: \`${twin.id}\` already has the same conditions on the same types`;
    warn(packOf(rule.id), rulePath(rule), "duplicate_rule", message);
  }
  const used = namesUsed([...ruleset.rules.map(({ condition }) => condition), ...defines.values()]);
  for (const name of defines.keys())
    if (!used.has(name))
      warn(packOf(name), `define.${name.slice(packOf(name).length + 1)}`, "unused_define", `\`${name}\` is used by no rule`);
  return warnings;
}

const packOf = (id: string): string => id.slice(0, id.indexOf("/"));
const rulePath = ({ condition }: Rule): string => /^rules\[\d+\]/.exec(condition.path)?.[0] ?? "";
const conditionsPath = (rule: Rule): string => `${rulePath(rule)}.conditions`;

function conjuncts(condition: ConditionNode): readonly ConditionNode[] {
  return condition.kind === "all" ? condition.of.flatMap(conjuncts) : [condition];
}

/** Later rules with an earlier one of the same mode that says the same. */
function twinsOf(rules: readonly Rule[], defines: ReadonlyMap<string, ConditionNode>): readonly (readonly [Rule, Rule])[] {
  const seen = new Map<string, Rule>();
  const twins: (readonly [Rule, Rule])[] = [];
  for (const rule of rules) {
    if (rule.mode === "off") continue;
    const key = JSON.stringify([rule.mode, [...rule.on].sort(), normalText(rule.condition, defines)]);
    const twin = seen.get(key);
    if (twin === undefined) seen.set(key, rule);
    else twins.push([rule, twin]);
  }
  return twins;
}

/** One text for conditions that differ in order, places and the names of defines alone. */
function normalText(node: ConditionNode, defines: ReadonlyMap<string, ConditionNode>): string {
  if (node.kind === "not") return `not(${normalText(node.of, defines)})`;
  if (node.kind === "test") {
    const define = defines.get(node.name);
    return define === undefined ? JSON.stringify([node.name, node.operator, node.operand, node.or]) : normalText(define, defines);
  }
  const parts = node.of.flatMap((part) => (part.kind === node.kind ? part.of : [part])).map((part) => normalText(part, defines));
  return `${node.kind}(${[...new Set(parts)].sort().join()})`;
}
