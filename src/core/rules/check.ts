import type { Vocabulary } from "../features/catalogue.ts";
import { err, ok, type Result } from "../result.ts";
import { type CheckOptions, createCheckContext, report } from "./check-context.ts";
import { renameDefines } from "./check-define.ts";
import { type CheckedFile, checkFile } from "./check-file.ts";
import { DEFAULT_POLICY } from "./check-policy.ts";
import type { Fault } from "./fault.ts";
import { clip, entryOf, type JsonNode } from "./json-node.ts";
import { didYouMean } from "./nearest.ts";
import type { Policy, Ruleset, WhitelistEntry } from "./ruleset.ts";

/** One file of a ruleset: how to call it in faults, and its text. */
export interface RulesetFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Checks files that are published together and merges them into one ruleset, refused as a whole: the error holds every fault of every
 * file (up to the limit) with its path, line, column and a sentence. Never throws, whatever the texts.
 */
export function checkRuleset(
  files: readonly RulesetFile[],
  vocabulary: Vocabulary,
  options: CheckOptions = {},
): Result<Ruleset, readonly Fault[]> {
  if (files.length === 0) return err([{ code: "no_files", path: "", message: "a ruleset needs at least one file" }]);
  const contexts = files.map((file) => createCheckContext(file.text, options, file.name));
  const checked: CheckedFile[] = [];
  files.forEach((file, index) => {
    const context = contexts[index];
    const one = context === undefined ? null : checkFile(file.text, vocabulary, context);
    if (one !== null) checked.push(one);
  });
  // A file too broken to read may hold the rules another names: its own faults come first.
  const whitelist = checked.length === files.length ? resolveWhitelists(checked) : [];
  reportSameNames(checked);
  const policy = agreedPolicy(checked);
  reportTotals(checked);
  const faults = contexts.flatMap(({ faults: own }) => own.toSorted(byPlace));
  if (faults.length > 0 || checked.length < files.length) return err(faults);
  return ok({
    format: 1,
    files: checked.map((file) => file.name),
    policy,
    defines: checked.flatMap((file) =>
      [...file.defines].map(([name, condition]) => ({ name: `${file.name}/${name}`, condition: renameDefines(condition, prefixer(file)) })),
    ),
    whitelist,
    rules: checked.flatMap((file) =>
      file.rules.map((rule) => ({ ...rule, id: `${file.name}/${rule.id}`, condition: renameDefines(rule.condition, prefixer(file)) })),
    ),
  });
}

const byPlace = (a: Fault, b: Fault): number => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);

const prefixer =
  (file: CheckedFile) =>
  (name: string): string =>
    file.defines.has(name) ? `${file.name}/${name}` : name;

function placeOf(file: CheckedFile, key: string): JsonNode {
  return entryOf(file.tree, key)?.value ?? file.tree;
}

function reportSameNames(files: readonly CheckedFile[]): void {
  const seen = new Set<string>();
  for (const file of files) {
    if (seen.has(file.name))
      report(file.context, placeOf(file, "name"), "duplicate_name", `another file already has the name \`${file.name}\``);
    seen.add(file.name);
  }
}

/** The one policy of all files that have one; a difference is reported at each later file. */
function agreedPolicy(files: readonly CheckedFile[]): Policy {
  let agreed: CheckedFile | null = null;
  for (const file of files) {
    if (file.policy === null) continue;
    if (agreed === null) agreed = file;
    else if (JSON.stringify(agreed.policy) !== JSON.stringify(file.policy))
      report(
        file.context,
        placeOf(file, "policy"),
        "policy_differs",
        `the policy differs from the one in \`${agreed.name}\`: there is only one`,
      );
  }
  return agreed?.policy ?? DEFAULT_POLICY;
}

function reportTotals(files: readonly CheckedFile[]): void {
  const [first] = files;
  if (first === undefined) return;
  const { limits } = first.context;
  const rules = files.reduce((sum, file) => sum + file.rules.length, 0);
  const tests = files.reduce((sum, file) => sum + file.tests, 0);
  if (rules > limits.rules) report(first.context, first.tree, "too_large", `${rules} rules together are over the limit of ${limits.rules}`);
  if (tests > limits.tests) report(first.context, first.tree, "too_large", `${tests} tests together are over the limit of ${limits.tests}`);
}

/** Gives the rules that entries name their full ids; a name is looked up in its own file first, then as a full id. */
function resolveWhitelists(files: readonly CheckedFile[]): WhitelistEntry[] {
  const all = new Set(files.flatMap((file) => file.rules.map((rule) => `${file.name}/${rule.id}`)));
  return files.flatMap((file) => {
    const own = new Set(file.rules.map((rule) => rule.id));
    const resolve = (name: string): string => {
      if (own.has(name)) return `${file.name}/${name}`;
      if (!all.has(name))
        report(file.context, whereNamed(file, name), "unknown_rule", `unknown rule \`${clip(name)}\`${didYouMean(name, [...own, ...all])}`);
      return name;
    };
    return file.whitelist.map((entry) => ({ ...entry, rules: entry.rules === null ? null : entry.rules.map(resolve) }));
  });
}

/** Where a whitelist entry names a rule. */
function whereNamed(file: CheckedFile, rule: string): JsonNode {
  const whitelist = placeOf(file, "whitelist");
  const entries = whitelist.kind === "array" ? whitelist.items : [];
  for (const entry of entries) {
    const rules = entry.kind === "object" ? entryOf(entry, "rules")?.value : undefined;
    const named = rules?.kind === "array" ? rules.items.find((item) => item.kind === "scalar" && item.value === rule) : undefined;
    if (named !== undefined) return named;
  }
  return whitelist;
}
