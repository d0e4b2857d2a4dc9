import { disposableDomains } from "../../../src/adapters/email/disposable-domains.ts";
import { createRedecider, type Redecider } from "../../../src/core/backtest/redecide.ts";
import type { StoredCase } from "../../../src/core/backtest/stored-case.ts";
import { type CompiledConfig, compileConfig } from "../../../src/core/config/compile.ts";
import { checkFeatures } from "../../../src/core/features/check.ts";
import { checkRuleset } from "../../../src/core/rules/check.ts";
import { TEST_HASH } from "../../support/builders/packed-log.ts";
import { anEvent, NOON } from "../../support/records/record-builder.ts";

const OPTIONS = { hash: TEST_HASH, disposableDomains, currencyExponent: 2, timeZone: "UTC" };

export type Features = Readonly<Record<string, unknown>>;
/** What most tests declare: the amount, its type, and two counts that only a history gives. */
export const FEATURES: Features = {
  amount: { op: "field", path: "amount", type: "money" },
  country: { op: "field", path: "country", type: "country" },
  client_count_1h: { op: "count", event: "transaction", by: "client", window: "1h" },
  client_count_24h: { op: "count", event: "transaction", by: "client", window: "24h" },
  rate: { op: "divide", of: ["client_count_1h", "client_count_24h"] },
};

/** A compiled configuration of one pack `p`; throws with its faults. */
export function configOf(pack: Readonly<Record<string, unknown>>, features: Features = FEATURES): CompiledConfig {
  const featuresText = JSON.stringify(features);
  const catalogue = checkFeatures(featuresText, OPTIONS);
  if (!catalogue.ok) throw new Error(JSON.stringify(catalogue.error));
  const ruleset = checkRuleset([{ name: "p.json", text: JSON.stringify({ name: "p", ...pack }) }], catalogue.value, OPTIONS);
  if (!ruleset.ok) throw new Error(JSON.stringify(ruleset.error));
  const hash = "0".repeat(64);
  const manifest = { seq: 9, ruleset: hash, features: hash, lists: {}, models: {} };
  return compileConfig(manifest, JSON.stringify(ruleset.value), featuresText, OPTIONS);
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
