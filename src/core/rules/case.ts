import * as z from "zod";
import { decide } from "../decision/decide.ts";
import { OUTCOMES, type Outcome } from "../decision/outcome.ts";
import { TRANSACTION_TYPES } from "../event/event.ts";
import type { Vocabulary } from "../features/catalogue.ts";
import type { FeatureValue } from "../features/value.ts";
import { err, ok, type Result } from "../result.ts";
import type { CompiledRuleset } from "./compile.ts";
import { clip } from "./json-node.ts";
import { LITERAL_FORM, parseLiteral } from "./literal.ts";
import { didYouMean } from "./nearest.ts";
import { RULE_KINDS } from "./ruleset.ts";

const Names = z.array(z.string()).optional();

/** One example of what the rules must say; values as in rules (major units, ISO times), features that are not named are absent. */
export const RuleCase = z.strictObject({
  name: z.string().min(1),
  /** A transaction's type, or an event's. */
  type: z.enum(RULE_KINDS),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Features whose source failed. */
  missing: Names,
  /** Rules that must fire, must not (nor be unknown), and must be unknown; by the pack's own ids. */
  fires: Names,
  silent: Names,
  unknown: Names,
  /** What the rules and their policy must come to, without a model or a whitelist; with something missing the decision is degraded. */
  outcome: z.enum(OUTCOMES).optional(),
});
export type RuleCase = z.infer<typeof RuleCase>;

/** A file of cases for one pack, `rules/cases/<pack>.json`. */
export const RuleCases = z.strictObject({ $schema: z.string().optional(), ruleset: z.string(), cases: z.array(RuleCase) });
export type RuleCases = z.infer<typeof RuleCases>;

export interface CaseContext {
  /** The `name` of the pack whose ids the case uses. */
  readonly pack: string;
  readonly ruleset: CompiledRuleset;
  readonly vocabulary: Vocabulary;
  readonly currencyExponent: number;
}

/** What a case itself gets wrong, and where in it. */
export interface CaseFault {
  readonly code: string;
  /** Steps from the case to the place, such as `facts`, `amount`. */
  readonly at: readonly (string | number)[];
  readonly message: string;
}

/** Runs one case; returns what was not as it says, a sentence each (none: it passes), or the faults of the case itself. */
export function runCase(one: RuleCase, context: CaseContext): Result<readonly string[], readonly CaseFault[]> {
  const { ruleset, pack } = context;
  const faults: CaseFault[] = unknownRules(one, context);
  const values = valuesOf(one, context, faults);
  if (faults.length > 0) return err(faults);
  const { fired, unknown } = ruleset.evaluate(values, one.type);
  const idsOf = (indexes: readonly number[]): ReadonlySet<string> => new Set(indexes.flatMap((index) => ruleset.rules[index]?.id ?? []));
  const firedIds = idsOf(fired);
  const unknownIds = idsOf(unknown);
  const stateOf = (id: string): string => (firedIds.has(id) ? "fired" : unknownIds.has(id) ? "unknown" : "silent");
  const failures: string[] = [];
  const expectState = (ids: readonly string[] | undefined, wanted: string): void => {
    for (const id of ids ?? []) {
      const state = stateOf(`${pack}/${id}`);
      if (state !== wanted) failures.push(`\`${id}\` should be ${wanted}, is ${state}`);
    }
  };
  expectState(one.fires, "fired");
  expectState(one.silent, "silent");
  expectState(one.unknown, "unknown");
  const outcome = outcomeOf(fired, values, one.missing ?? [], context);
  if (one.outcome !== undefined && outcome !== one.outcome) failures.push(`the outcome should be ${one.outcome}, is ${outcome}`);
  return ok(failures);
}

function unknownRules(one: RuleCase, { ruleset, pack }: CaseContext): CaseFault[] {
  const known = new Set(ruleset.rules.map((rule) => rule.id));
  return (["fires", "silent", "unknown"] as const).flatMap((state) =>
    (one[state] ?? []).flatMap((id, index): CaseFault[] => {
      if (known.has(`${pack}/${id}`)) return [];
      const own = [...known].filter((full) => full.startsWith(`${pack}/`)).map((full) => full.slice(pack.length + 1));
      return [{ code: "unknown_rule", at: [state, index], message: `unknown rule \`${clip(id)}\`${didYouMean(id, own)}` }];
    }),
  );
}

function valuesOf(one: RuleCase, { vocabulary, currencyExponent }: CaseContext, faults: CaseFault[]): FeatureValue[] {
  const values: FeatureValue[] = vocabulary.slots.map(() => null);
  const isTransaction = (TRANSACTION_TYPES as readonly string[]).includes(one.type);
  const facts = isTransaction && vocabulary.byName.has("transaction_type") ? { transaction_type: one.type, ...one.facts } : one.facts;
  const slotOf = (name: string, at: readonly (string | number)[]) => {
    const slot = vocabulary.byName.get(name);
    if (slot === undefined) {
      const message = `unknown feature \`${clip(name)}\`${didYouMean(name, vocabulary.byName.keys())}`;
      faults.push({ code: "unknown_feature", at, message });
    }
    return slot;
  };
  for (const [name, fact] of Object.entries(facts)) {
    const slot = slotOf(name, ["facts", name]);
    if (slot === undefined || fact === null) continue;
    const value = parseLiteral(slot.type, fact, currencyExponent);
    if (value === null)
      faults.push({
        code: "wrong_type",
        at: ["facts", name],
        message: `expected ${LITERAL_FORM[slot.type]}, got \`${clip(String(fact))}\``,
      });
    else values[slot.slot] = value;
  }
  (one.missing ?? []).forEach((name, index) => {
    const slot = slotOf(name, ["missing", index]);
    if (slot !== undefined) values[slot.slot] = undefined;
  });
  return values;
}

function outcomeOf(
  fired: readonly number[],
  values: readonly FeatureValue[],
  degraded: readonly string[],
  { ruleset, vocabulary }: CaseContext,
): Outcome {
  const amount = values[vocabulary.byName.get("amount")?.slot ?? -1];
  return decide({
    amountMinor: typeof amount === "number" ? amount : null,
    facts: { values: [...values], marks: new Map() },
    vocabulary,
    policy: ruleset.policy,
    fired: fired.flatMap((index) => ruleset.rules[index] ?? []),
    hits: [],
    member: null,
    guard: null,
    model: { status: "none", name: null, version: null, probability: 0, outOfRange: [] },
    degraded,
  }).outcome;
}
