import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { StoredDecision } from "../../../src/core/decision/answer.ts";
import { checkFeatures } from "../../../src/core/features/check.ts";
import { checkTriggers } from "../../../src/core/triggers/check-triggers.ts";
import { createDecisionJudge } from "../../../src/core/triggers/judge-decisions.ts";
import { aTransaction, NOON } from "../../support/builders/events.ts";

const read = (path: string): string => readFileSync(new URL(`../../../rules/${path}`, import.meta.url), "utf8");
const features = checkFeatures(read("features.json"));
if (!features.ok) throw new Error(JSON.stringify(features.error));
const vocabulary = features.value;
const judgeOf = (text: string) => {
  const checked = checkTriggers(text, vocabulary);
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  return createDecisionJudge(checked.value.decisions, { vocabulary, currency: { code: "EUR", exponent: 2 }, hash: (text) => `<${text}>` });
};
const judge = judgeOf(read("triggers.json"));

/** A decision that allows, made from the facts given; anything else is absent. */
const aDecision = (facts: Record<string, string | number | boolean>, answer: Partial<StoredDecision["answer"]> = {}): StoredDecision => ({
  answer: {
    ...{
      transaction_id: "t-1",
      is_fraud: false,
      fraud_probability: 0,
      risk_level: "LOW",
      risk_score: 5,
      confidence: 1,
      recommendations: [],
    },
    ...{ requires_3d_secure: false, should_block: false, timestamp: "2026-11-20T12:00:00Z", decision_id: "d-1", outcome: "allow" },
    ...{ reasons: [], rules: [], unknown_rules: [], degraded: [], warnings: [], livemode: true },
    model: { name: null, version: null, status: "none" },
    versions: { seq: 1, ruleset: "r", features: "f", lists: null, model: null },
    ...answer,
  },
  facts: { values: { ...Object.fromEntries(vocabulary.slots.map(({ name }) => [name, null])), ...facts }, missing: [], marks: {} },
  outOfRange: [],
  decidedAtMs: NOON,
  recovered: false,
});
const judged = (facts: Record<string, string | number | boolean>, answer: Partial<StoredDecision["answer"]> = {}, dimensions = {}) =>
  judge({
    event: aTransaction({ dimensions: { client: "c-1", device: "d-1", ip: "192.0.2.1", ...dimensions } }),
    decision: aDecision(facts, answer),
    livemode: true,
  });

describe.each<[string, Record<string, string | number | boolean>, object]>([
  [
    "card_testing",
    { amount: 200, cards_per_ip_1h: 5, declined_count_by_ip_1h: 4, declined_ratio_by_ip_1h: 0.8 },
    { kind: "ip", value: "192.0.2.1" },
  ],
  [
    "account_takeover",
    { account_age_days: 30, device_id: "d-1", failed_login_count_1h: 4, minutes_since_failed_login: 3 },
    { kind: "client", value: "c-1" },
  ],
  ["emulated_device", { device_is_emulator: true }, { kind: "device", value: "d-1" }],
  ["shared_device", { device_clients_30d: 9 }, { kind: "device", value: "d-1" }],
  ["impossible_travel", { speed_kmh_since_last: 5_000, distance_km_since_last: 6_000 }, { kind: "client", value: "c-1" }],
  [
    "address_declines",
    { users_per_ip_24h: 6, declined_count_by_ip_1h: 6, declined_ratio_by_ip_1h: 0.7, amount: 9_000 },
    { kind: "ip", value: "192.0.2.1" },
  ],
])("%s", (trigger, facts, entity) => {
  test("opens a report with the values it read", () => {
    const report = judged(facts);
    expect(report).toMatchObject({ entity, decisionIds: ["d-1"], evidence: { trigger, decision_id: "d-1" } });
    const { amount, ...others } = facts;
    expect(report?.evidence.values).toMatchObject(others);
  });
  test("is silent when any of it is missing", () => {
    for (const name of Object.keys(facts).filter((one) => one !== "amount" && one !== "device_id")) {
      const { [name]: _, ...rest } = facts;
      expect(judged(rest)?.evidence.trigger).not.toBe(trigger);
    }
  });
});

test("a blocked decision that nothing else explains is a high risk, of whoever is known of it", () => {
  const blocked = { outcome: "block", risk_score: 92 } as const;
  expect(judged({}, blocked)).toMatchObject({
    type: "transaction_fraud",
    entity: { kind: "client", value: "c-1" },
    evidence: { trigger: "high_risk_transaction" },
  });
  expect(judged({}, { ...blocked, risk_score: 79 })).toBeNull();
  expect(judged({}, { ...blocked, outcome: "review" })).toBeNull();
  expect(judged({}, { ...blocked, decided_by: { kind: "block_list", id: "b", reason: "x" } })).toBeNull();
});

test("a decision that the whitelist or a test device made opens none", () => {
  for (const kind of ["whitelist", "test_device"] as const)
    expect(judged({ device_clients_30d: 20 }, { decided_by: { kind, id: "w", reason: "a till" } })).toBeNull();
});

test("of several triggers the first in the file opens the one report", () => {
  const both = judged({ device_is_emulator: true, device_clients_30d: 20 });
  expect(both).toMatchObject({ evidence: { trigger: "emulated_device" } });
});

test("an event without the entity, and an ordinary decision, open none", () => {
  expect(
    judge({ event: aTransaction({ dimensions: { device: undefined } }), decision: aDecision({ device_clients_30d: 20 }), livemode: true }),
  ).toBeNull();
  expect(judged({ amount: 5_000, users_per_ip_24h: 40, account_age_days: 300 })).toBeNull();
});

test("facts of a version that declared other features leave triggers silent, and never break", () => {
  const decision = aDecision({});
  const bare = { ...decision, facts: { values: { device_clients_30d: "many" }, missing: [], marks: {} } };
  expect(judge({ event: aTransaction({}), decision: bare, livemode: true })).toBeNull();
});
