import { disposableDomains } from "../../../src/adapters/email/disposable-domains.ts";
import { createRedecider, type Redecider } from "../../../src/core/backtest/redecide.ts";
import type { StoredCase } from "../../../src/core/backtest/stored-case.ts";
import { type CompiledConfig, compileConfig } from "../../../src/core/config/compile.ts";
import { checkSources } from "../../../src/core/rules/check-sources.ts";
import { TEST_HASH } from "../../support/builders/packed-log.ts";
import { anEvent, NOON } from "../../support/records/record-builder.ts";

export const TEST_OPTIONS = { hash: TEST_HASH, disposableDomains, currencyExponent: 2, timeZone: "UTC" };

export type Features = Readonly<Record<string, unknown>>;
/** What most tests declare: the amount, its type, and two counts that only a history gives. */
export const FEATURES: Features = {
  amount: { op: "field", path: "amount", type: "money" },
  country: { op: "field", path: "country", type: "country" },
  client_count_1h: { op: "count", event: "transaction", by: "client", window: "1h" },
  client_count_24h: { op: "count", event: "transaction", by: "client", window: "24h" },
  rate: { op: "divide", of: ["client_count_1h", "client_count_24h"] },
};

type Pack = Readonly<Record<string, unknown>>;

/** One pack `p` in its published form; throws with its faults. */
export function sourcesOf(pack: Pack, features: Features = FEATURES): { readonly ruleset: string; readonly features: string } {
  const text = JSON.stringify(features);
  const checked = checkSources({ files: [{ name: "p.json", text: JSON.stringify({ name: "p", ...pack }) }], features: text }, TEST_OPTIONS);
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  return { ruleset: JSON.stringify(checked.value.ruleset), features: text };
}

/** The same, compiled. */
export function configOf(pack: Pack, declared: Features = FEATURES): CompiledConfig {
  const hash = "0".repeat(64);
  const { ruleset, features } = sourcesOf(pack, declared);
  return compileConfig({ seq: 9, ruleset: hash, features: hash, lists: {}, models: {} }, ruleset, features, TEST_OPTIONS);
}

export const aRule = (id: string, conditions: unknown, changes: Readonly<Record<string, unknown>> = {}) => ({
  id,
  name: id,
  reason: id.toLowerCase(),
  severity: "high",
  mode: "live",
  score: 30,
  conditions,
  ...changes,
});

/** A redecider that was told what `recorded` declares under the hash `then`. */
export function redeciderOf(config: CompiledConfig, recorded: Features | null = FEATURES): Redecider {
  const redecider = createRedecider(config, { disposableDomains });
  redecider.learn("then", recorded === null ? null : configOf({ rules: [] }, recorded).catalogue);
  return redecider;
}

/** A payment of 50.00 that was allowed, with the facts given. */
export function aCase(
  facts: StoredCase["facts"]["values"] = {},
  { event = anEvent({ id: "t" }), ...changes }: Partial<StoredCase> = {},
): StoredCase {
  return {
    decisionId: `d-${event.id}`,
    decidedAtMs: NOON,
    event,
    isOwnEvent: true,
    facts: { values: facts, missing: [] },
    probability: 0,
    degraded: [],
    hits: [],
    before: { outcome: "allow", rules: [] },
    truth: "unlabelled",
    seq: 7,
    featuresHash: "then",
    livemode: true,
    ...changes,
  };
}
