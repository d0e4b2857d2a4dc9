import { createFactReader } from "../../core/backtest/fact-reader.ts";
import type { CompiledConfig, ConfigOptions } from "../../core/config/compile.ts";
import type { DecisionAnswer } from "../../core/decision/answer.ts";
import { buildDecision, type Explanation } from "../../core/decision/build-decision.ts";
import type { CanonicalEvent } from "../../core/event/event.ts";
import type { InputFault } from "../../core/event/lenient.ts";
import { createCurrency } from "../../core/event/money.ts";
import { parseTransaction } from "../../core/event/parse.ts";
import { computeFacts } from "../../core/features/compute-facts.ts";
import { createCatalogue } from "../../core/features/create-catalogue.ts";
import type { Declaration } from "../../core/features/declaration.ts";
import type { FeatureValue } from "../../core/features/value.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { clip } from "../../core/rules/json-node.ts";
import { LITERAL_FORM, parseLiteral } from "../../core/rules/literal.ts";
import { didYouMean } from "../../core/rules/nearest.ts";

export interface OfflineSimulation {
  readonly config: CompiledConfig;
  readonly options: ConfigOptions;
  /** ISO 4217. */
  readonly currency: string;
  /** A transaction as `POST /api/v1/analyze` takes it. */
  readonly event: unknown;
  /** What is known beside it, by feature, as in a case: major units, ISO times, `null` is absent. They stand before what the event alone gives. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
  readonly nowMs: number;
}
export interface OfflineDecision {
  readonly answer: DecisionAnswer;
  readonly explanation: Explanation;
}

/**
 * Decides one event without a service: no history came before it, nothing is stored of it, no model speaks. Facts that are given are taken instead,
 * and what is made of them (arithmetic, comparisons, e-mail domains) is computed from them.
 */
export function simulateOffline(run: OfflineSimulation): Result<OfflineDecision, readonly InputFault[]> {
  const { config, options, nowMs } = run;
  const settings = {
    currency: createCurrency(run.currency),
    merchantDimensions: [],
    tokenizeCard: (digits: string) => `pan_${options.hash.hash64("card", digits)}`,
  };
  const parsed = parseTransaction(run.event, { settings, nowMs, callerAddress: null, newId: () => "simulated" });
  if (!parsed.ok) return err(parsed.error);
  const { event, warnings } = parsed.value;
  const { facts } = computeFacts(config.plan, { event, self: true, logs: {}, roles: {}, store: {}, client: null, dest: null });
  const given = readFacts(run.facts, config);
  if (!given.ok) return given;
  const values = given.value.size === 0 ? facts.values : withGiven(run, event, facts.values, given.value);
  return ok(decide(run, event, warnings, { values, marks: facts.marks }));
}

function decide(
  { config, nowMs }: OfflineSimulation,
  event: CanonicalEvent,
  warnings: readonly InputFault[],
  facts: ReturnType<typeof computeFacts>["facts"],
): OfflineDecision {
  const { stored, explanation } = buildDecision({
    config,
    event,
    facts,
    warnings,
    model: { status: "none", name: null, version: null, probability: 0, outOfRange: [] },
    degraded: [],
    hits: [],
    guard: null,
    decisionId: "simulated",
    nowMs,
    livemode: true,
    recovered: false,
    explain: true,
  });
  return { answer: stored.answer, explanation };
}

/** The values with those given in their place, and what is derived computed anew. */
function withGiven(
  { config: { catalogue }, options }: OfflineSimulation,
  event: CanonicalEvent,
  computed: readonly FeatureValue[],
  given: ReadonlyMap<number, FeatureValue>,
): FeatureValue[] {
  const stays = ({ name, kind }: Declaration): boolean =>
    (kind !== "arithmetic" && kind !== "compare" && kind !== "email") || given.has(catalogue.byName.get(name)?.slot ?? -1);
  const known = createCatalogue(catalogue.declarations.filter(stays), catalogue.timeZone, catalogue.currencyExponent);
  const facts: Record<string, string | number | boolean | null> = {};
  for (const { name, slot } of catalogue.slots) {
    const value = given.has(slot) ? given.get(slot) : computed[slot];
    if (value !== undefined) facts[name] = value;
  }
  const reader = createFactReader(catalogue, known, options);
  const values = reader.read({ facts: { values: facts, missing: [] }, event, isOwnEvent: true });
  for (const [slot, value] of given) values[slot] = value;
  return values;
}

function readFacts(
  facts: OfflineSimulation["facts"],
  { catalogue, currencyExponent }: CompiledConfig,
): Result<ReadonlyMap<number, FeatureValue>, readonly InputFault[]> {
  const values = new Map<number, FeatureValue>();
  const faults: InputFault[] = [];
  for (const [name, fact] of Object.entries(facts)) {
    const slot = catalogue.byName.get(name);
    const value = slot === undefined || fact === null ? null : parseLiteral(slot.type, fact, currencyExponent);
    if (slot === undefined) {
      const message = `unknown feature \`${clip(name)}\`${didYouMean(name, catalogue.byName.keys())}`;
      faults.push({ code: "unknown_feature", path: `facts.${name}`, message });
    } else if (value === null && fact !== null)
      faults.push({
        code: "wrong_type",
        path: `facts.${name}`,
        message: `expected ${LITERAL_FORM[slot.type]}, got \`${clip(String(fact))}\``,
      });
    else values.set(slot.slot, value);
  }
  return faults.length > 0 ? err(faults) : ok(values);
}
