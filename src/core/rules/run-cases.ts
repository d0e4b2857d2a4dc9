import { type CaseContext, type CaseFault, RuleCase, RuleCases, runCase } from "./case.ts";
import { type CheckContext, createCheckContext, report } from "./check-context.ts";
import type { Fault } from "./fault.ts";
import { clip, entryOf, type JsonNode, nodeAt } from "./json-node.ts";
import { didYouMean } from "./nearest.ts";
import { parseJson } from "./parse-json.ts";
import { reportIssues } from "./report-issues.ts";

/** One file of cases: how to call it in faults, and its text. */
export interface CaseFile {
  readonly name: string;
  readonly text: string;
}
export type CasesContext = Omit<CaseContext, "pack">;

/** What became of one case: it passes when both lists are empty. */
export interface CaseResult {
  readonly file: string;
  readonly name: string;
  /** What the rules did otherwise than the case says, a sentence each. */
  readonly failures: readonly string[];
  /** What the case itself gets wrong: it was not run. */
  readonly faults: readonly Fault[];
}
export interface CasesReport {
  readonly passed: number;
  readonly failed: number;
  readonly cases: readonly CaseResult[];
  /** Faults of files that could not be read as cases. */
  readonly faults: readonly Fault[];
  /** Full ids of live rules that no case lets fire. */
  readonly uncovered: readonly string[];
}

/** Whether every case passes and every file could be read; uncovered rules are no failure. */
export const allPass = (report: CasesReport): boolean => report.failed === 0 && report.faults.length === 0;

/**
 * Runs every case of every file against one ruleset. A rule's `rollout` and `holdout` are left out: a case says what the whole rule does.
 * Never throws, whatever the texts: what cannot be read is a fault with its file, line and column.
 */
export function runCases(files: readonly CaseFile[], context: CasesContext): CasesReport {
  const results: CaseResult[] = [];
  const faults: Fault[] = [];
  const exampled = new Set<string>();
  for (const file of files) {
    const place = createCheckContext(file.text, {}, file.name);
    const read = readCases(file.text, context, place);
    if (read !== null)
      read.cases.forEach((one, index) => {
        for (const id of one.fires ?? []) exampled.add(`${read.pack}/${id}`);
        results.push(resultOf(one, { ...context, pack: read.pack }, { file, node: nodeAt(read.tree, ["cases", index]).found }));
      });
    faults.push(...place.faults);
  }
  const failed = results.filter((one) => one.failures.length + one.faults.length > 0).length;
  return {
    passed: results.length - failed,
    failed,
    cases: results,
    faults,
    uncovered: context.ruleset.rules.filter(({ id, mode }) => mode === "live" && !exampled.has(id)).map(({ id }) => id),
  };
}

interface ReadCases {
  readonly pack: string;
  readonly cases: readonly RuleCase[];
  readonly tree: JsonNode;
}

/** The cases of one text, or null after reporting why it holds none: all of its faults of form come at once. */
function readCases(text: string, { ruleset }: CasesContext, place: CheckContext): ReadCases | null {
  const tree = parseJson(text, place);
  if (tree === null) return null;
  if (tree.kind !== "object") return report(place, tree, "wrong_type", "a file of cases is a JSON object");
  const shape = RuleCases.safeParse(JSON.parse(text));
  if (!shape.success) reportIssues(shape.error.issues, tree, place, keysAt);
  if (!shape.success || place.faults.length > 0) return null;
  const pack = shape.data.ruleset;
  const packs = new Set(ruleset.rules.map(({ id }) => id.slice(0, id.indexOf("/"))));
  const node = entryOf(tree, "ruleset")?.value ?? tree;
  if (!packs.has(pack)) return report(place, node, "unknown_ruleset", `unknown ruleset \`${clip(pack)}\`${didYouMean(pack, packs)}`);
  return { pack, cases: shape.data.cases, tree };
}

const keysAt = (path: readonly PropertyKey[]): readonly string[] => Object.keys((path.length === 0 ? RuleCases : RuleCase).shape);

function resultOf(one: RuleCase, context: CaseContext, { file, node }: { file: CaseFile; node: JsonNode }): CaseResult {
  const ran = runCase(one, context);
  if (ran.ok) return { file: file.name, name: one.name, failures: ran.value, faults: [] };
  const place = createCheckContext(file.text, {}, file.name);
  for (const { code, at, message } of ran.error) report(place, placeOf(node, at, code), code, message);
  return { file: file.name, name: one.name, failures: [], faults: place.faults };
}

/** A value that is wrong is where it stands; a name that nobody knows is where the name stands. */
function placeOf(node: JsonNode, at: CaseFault["at"], code: string): { readonly path: string; readonly offset: number } {
  const parent = nodeAt(node, at.slice(0, -1)).found;
  const entry = code === "unknown_feature" && parent.kind === "object" ? entryOf(parent, String(at.at(-1))) : null;
  return entry ?? nodeAt(node, at).found;
}
