import { buildDecision } from "../../core/decision/build-decision.ts";
import { createCurrency } from "../../core/event/money.ts";
import { parseTransaction } from "../../core/event/parse.ts";
import type { FeatureCatalogue } from "../../core/features/catalogue.ts";
import { computeFacts } from "../../core/features/compute-facts.ts";
import type { FeatureValue } from "../../core/features/value.ts";
import { LITERAL_FORM, parseLiteral } from "../../core/rules/literal.ts";
import { didYouMean } from "../../core/rules/nearest.ts";
import { compileFiles, localOptions } from "../backtest/compile-files.ts";
import { asSources, type LocalSources } from "./local-sources.ts";
import type { ShownSimulation } from "./show-simulation.ts";
import { Stopped, wrongUse } from "./stopped.ts";

export interface OfflineSimulation {
  readonly sources: LocalSources;
  /** A transaction as `analyze` takes it. */
  readonly event: unknown;
  /** Values of features by name, as in cases: null is absent. They stand in for what the event alone gives. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly currency: string;
  readonly timeZone: string;
  readonly nowMs: number;
}

/** Decides an event that nobody has a history for, without a model: what is not in the event or the facts is absent. Files were checked before. */
export function simulateOffline({ sources, event: body, facts: given, currency, timeZone, nowMs }: OfflineSimulation): ShownSimulation {
  const compiled = compileFiles(asSources(sources), localOptions({ currency, timeZone }));
  if (!compiled.ok) throw new Error("what was checked does not compile");
  const config = compiled.value;
  const settings = { currency: createCurrency(currency), merchantDimensions: [], tokenizeCard: (digits: string) => digits };
  const parsed = parseTransaction(body, { settings, nowMs, callerAddress: null, newId: () => "simulated" });
  if (!parsed.ok) {
    const lines = parsed.error.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
    throw new Stopped(1, "bad_event", "the event is no transaction that the API would take", { more: { faults: parsed.error }, lines });
  }
  const { event, warnings } = parsed.value;
  const { facts } = computeFacts(config.plan, { event, self: true, logs: {}, roles: {}, store: {}, client: null, dest: null });
  for (const [name, value] of Object.entries(given)) replaceFact(facts.values, name, value, config.catalogue, config.currencyExponent);
  const { stored, explanation } = buildDecision({
    ...{ config, event, facts, warnings, degraded: [], hits: [], guard: null, nowMs, decisionId: "simulated" },
    model: { status: "none", name: null, version: null, probability: 0, outOfRange: [] },
    ...{ livemode: true, recovered: false, explain: true },
  });
  const { answer } = stored;
  const fired = new Set(answer.rules.map(({ id }) => id));
  const unknown = new Set(answer.unknown_rules.map(({ id }) => id));
  const rules = explanation.rule_trees
    .filter(({ id }) => fired.has(id) || unknown.has(id))
    .map(({ id, tree }) => ({ id, draft: fired.has(id) ? "fired" : "unknown", live: "none", tree }));
  return { draft: answer, live: null, rules };
}

function replaceFact(values: FeatureValue[], name: string, value: unknown, catalogue: FeatureCatalogue, currencyExponent: number): void {
  const slot = catalogue.byName.get(name);
  if (slot === undefined) throw wrongUse(`unknown feature \`${name}\`${didYouMean(name, catalogue.byName.keys())}`);
  const literal = value === null ? null : parseLiteral(slot.type, value, currencyExponent);
  if (value !== null && literal === null)
    throw wrongUse(`\`${name}\`: expected ${LITERAL_FORM[slot.type]}, got \`${JSON.stringify(value)}\``);
  values[slot.slot] = literal;
}
