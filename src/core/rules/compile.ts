import { TRANSACTION_TYPES } from "../event/event.ts";
import type { Vocabulary } from "../features/catalogue.ts";
import type { FeatureValue } from "../features/value.ts";
import type { ConditionNode } from "./condition.ts";
import { createProgram, type Evaluation, type Program } from "./engine/program.ts";
import { createExplainer, type ExplainedNode } from "./explain.ts";
import { type ListLookup, NO_LISTS } from "./list.ts";
import { namesRead } from "./names-read.ts";
import { type Policy, RULE_KINDS, type Rule, type RuleKind, type Ruleset } from "./ruleset.ts";

export interface CompileOptions {
  /** Named lists that are loaded; asked at each evaluation, so a list may arrive later. */
  readonly lists?: ListLookup;
  /** Decimals of the currency's minor unit, for explanations. Default 2. */
  readonly currencyExponent?: number;
}

/** A ruleset ready to decide with. Evaluations name rules by their index in `rules`, which is the ruleset's order. */
export interface CompiledRuleset {
  readonly rules: readonly Rule[];
  readonly policy: Policy;
  /**
   * The live and shadow rules for a kind of event (a transaction's type, else the event's type) whose conditions are true, and those that are unknown.
   * Never throws: values of a wrong kind count as missing.
   */
  evaluate(values: readonly FeatureValue[], kind: RuleKind): Evaluation;
  /** What left a rule unknown: names of features, and lists as `list:name`; empty when it is not unknown. */
  missing(rule: Rule, values: readonly FeatureValue[]): readonly string[];
  /** A rule's condition with the value each test saw. */
  explain(rule: Rule, values: readonly FeatureValue[]): ExplainedNode;
  /** Features a rule reads, each once, in the order of its text; empty for an id the ruleset does not have. */
  namesReadBy(ruleId: string): readonly string[];
  /** Features that the live and shadow rules for a kind of event read. */
  namesReadOn(kind: RuleKind): ReadonlySet<string>;
}

const NOTHING: Evaluation = Object.freeze({ fired: [], unknown: [] });

/**
 * Compiles a checked ruleset once, so that an evaluation compares numbers in flat arrays.
 *
 * For each kind of event the rules that apply become one program: negations move into the tests; every feature (with its stand-in) becomes a
 * column of numbers that is filled once an evaluation, NaN for unknown; and each rule is filed in an index under its least likely necessary
 * test, its guard. A rule whose guard is false is false, whatever else is unknown, and is never looked at; one whose guard is true or unknown
 * is decided in full. Regular expressions, networks, lists and large defines are worked out at most once an evaluation, when first needed.
 *
 * Throws when the ruleset reads a name the vocabulary does not have: the two are published together, so that is a bug.
 */
export function compileRuleset(ruleset: Ruleset, vocabulary: Vocabulary, options: CompileOptions = {}): CompiledRuleset {
  const lists = options.lists ?? NO_LISTS;
  const defines: ReadonlyMap<string, ConditionNode> = new Map(ruleset.defines.map(({ name, condition }) => [name, condition]));
  const { rules } = ruleset;
  const namesByRule = new Map(rules.map((rule) => [rule.id, namesRead(rule.condition, defines)]));
  const programs = new Map<RuleKind, CompiledKind>();
  // Kinds with the same rules (checkout's PAYMENT and DEBIT) share one program.
  const shared = new Map<string, CompiledKind>();
  for (const kind of RULE_KINDS) {
    const applying = rules.flatMap((rule, index) => (appliesTo(rule, kind) ? [{ index, condition: rule.condition, id: rule.id }] : []));
    if (applying.length === 0) continue;
    const key = applying.map(({ index }) => index).join();
    const compiled = shared.get(key) ?? {
      program: createProgram({ rules: applying, defines, vocabulary, lists }),
      names: new Set(applying.flatMap(({ id }) => namesByRule.get(id) ?? [])),
    };
    shared.set(key, compiled);
    programs.set(kind, compiled);
  }
  // Rules that are off are in no program, but a name they read must be there all the same.
  for (const names of namesByRule.values()) for (const name of names) requireName(name, vocabulary);
  const explainer = createExplainer({ defines, vocabulary, lists, currencyExponent: options.currencyExponent ?? 2 });
  return {
    rules,
    policy: ruleset.policy,
    evaluate: (values, kind) => programs.get(kind)?.program(values) ?? NOTHING,
    missing: (rule, values) => explainer.missing(rule.condition, values),
    explain: (rule, values) => explainer.explain(rule.condition, values),
    namesReadBy: (ruleId) => namesByRule.get(ruleId) ?? [],
    namesReadOn: (kind) => programs.get(kind)?.names ?? new Set(),
  };
}

interface CompiledKind {
  readonly program: Program;
  readonly names: ReadonlySet<string>;
}

function requireName(name: string, vocabulary: Vocabulary): void {
  if (!vocabulary.byName.has(name)) throw new Error(`the ruleset reads \`${name}\`, which is not declared`);
}

const TRANSACTIONS: ReadonlySet<string> = new Set(TRANSACTION_TYPES);

function appliesTo(rule: Rule, kind: RuleKind): boolean {
  if (rule.mode === "off") return false;
  return rule.on.includes(kind) || (rule.on.includes("transaction") && TRANSACTIONS.has(kind));
}
