import { describe, expect, test } from "vitest";
import { compileConfig } from "../../../src/core/config/compile.ts";
import { DecisionAnswer, plainAnswer, StoredDecision } from "../../../src/core/decision/answer.ts";
import { buildDecision, type DecisionInput } from "../../../src/core/decision/build-decision.ts";
import { cohort } from "../../../src/core/decision/cohort.ts";
import type { CanonicalEvent } from "../../../src/core/event/event.ts";
import { checkFeatures } from "../../../src/core/features/check.ts";
import type { ListHit } from "../../../src/core/lists/list-hit.ts";
import { checkRuleset } from "../../../src/core/rules/check.ts";
import { aTransaction } from "../../support/builders/events.ts";
import { TEST_HASH } from "../../support/builders/packed-log.ts";

const NOW_MS = Date.parse("2026-11-20T10:00:00Z");
const FEATURES = JSON.stringify({
  amount: { op: "field", path: "amount", type: "money" },
  age: { op: "field", path: "attributes.age", type: "count" },
});
const OPTIONS = { hash: TEST_HASH, disposableDomains: () => new Set<string>(), currencyExponent: 2, timeZone: "UTC" };
const aRule = (id: string, score: number, over: object = {}) => ({
  id,
  name: `Rule ${id}`,
  reason: id.toLowerCase(),
  severity: "low",
  score,
  conditions: { amount: { gt: 100 } },
  ...over,
});

function configOf(rules: readonly object[], whitelist: readonly object[] = []) {
  const features = checkFeatures(FEATURES, OPTIONS);
  if (!features.ok) throw new Error(JSON.stringify(features.error));
  const checked = checkRuleset([{ name: "p.json", text: JSON.stringify({ name: "p", whitelist, rules }) }], features.value);
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  const hash = "0".repeat(64);
  return compileConfig({ seq: 7, ruleset: hash, features: hash, lists: {}, models: {} }, JSON.stringify(checked.value), FEATURES, OPTIONS);
}

function decideOn(rules: readonly object[], over: Partial<DecisionInput> & { whitelist?: readonly object[] } = {}): StoredDecision {
  const { whitelist, ...input } = over;
  return buildDecision({
    config: configOf(rules, whitelist),
    event: EVENT,
    facts: { values: [50_000, undefined], marks: new Map() },
    warnings: [],
    model: { status: "none", name: null, version: null, probability: 0, outOfRange: [] },
    degraded: [],
    hits: [],
    guard: null,
    decisionId: "d",
    nowMs: NOW_MS,
    livemode: true,
    recovered: false,
    explain: false,
    ...input,
  }).stored;
}
const dimensions = { client: "c1", ip: "192.0.2.1", device: "d1" };
const EVENT: CanonicalEvent = { ...aTransaction(), dimensions, body: { ip_address: "192.0.2.1" } };
const aHit = (over: Partial<ListHit>): ListHit => ({
  verdict: "block",
  id: "b1",
  kind: "device",
  value: "d1",
  reason: "stolen phone",
  source: "staff",
  expiresAtMs: null,
  rules: null,
  ...over,
});

test("a block by rules names the rule or the score, the decisive rules, and what it asks to block", () => {
  const { answer, automaticBlocks } = decideOn([aRule("A", 60, { autoBlock: { target: "device", for: "2h" } }), aRule("B", 30)]);
  expect(answer).toMatchObject({
    outcome: "block",
    should_block: true,
    decided_by: { kind: "score", reason: "risk_score" },
    decisive_rules: ["p/A"],
  });
  expect(answer).not.toHaveProperty("held_back");
  expect(automaticBlocks).toMatchObject([{ rule: "p/A", target: "device", value: "d1", forMs: 7_200_000 }]);
});

test("an entry of the ruleset's whitelist and one from elsewhere are one thing", () => {
  const rules = [aRule("A", 90, { autoBlock: true })];
  const inRuleset = decideOn(rules, { whitelist: [{ type: "client", value: "c1", reason: "tester" }] });
  expect(inRuleset).toMatchObject({
    answer: {
      outcome: "allow",
      reasons: ["whitelisted"],
      rules: [],
      decided_by: { kind: "whitelist", id: "ruleset:0", type: "client", value: "c1", reason: "tester" },
    },
  });
  expect(inRuleset).not.toHaveProperty("automaticBlocks");
  const elsewhere = decideOn(rules, { hits: [aHit({ verdict: "allow", kind: "client", value: "c1" })] });
  expect(elsewhere.answer.outcome).toBe("allow");
});

test("the ruleset's whitelist lifts a block of its own entity, in time and by network", () => {
  const hits = [aHit({ kind: "ip", value: "192.0.2.0/24" })];
  const entry = { type: "ip", value: "192.0.2.1", reason: "office", expiresAt: "2026-11-20T10:00:00.001Z" };
  expect(decideOn([aRule("A", 90)], { hits, whitelist: [entry] }).answer.outcome).toBe("allow");
  expect(decideOn([aRule("A", 90)], { hits, whitelist: [entry], nowMs: NOW_MS + 1 }).answer).toMatchObject({
    outcome: "block",
    reasons: ["blocklisted", "a"],
  });
});

test("a block that the guard holds back says so and blocks nobody", () => {
  const stored = decideOn([aRule("A", 90, { autoBlock: true })], { guard: { seq: 7, untilMs: NOW_MS + 1 } });
  expect(stored.answer).toMatchObject({
    outcome: "review",
    should_block: false,
    is_fraud: false,
    held_back: true,
    decided_by: { kind: "guard" },
    decisive_rules: ["p/A"],
  });
  expect(stored).not.toHaveProperty("automaticBlocks");
});

test("a rule outside its rollout is told as a shadow rule", () => {
  const left = Array.from({ length: 200 }, (_, index) => `c${index}`).find(
    (client) => cohort({ id: "e", dimensions: { client } }, "p/A", "rollout") >= 10,
  );
  const event = { ...EVENT, dimensions: { client: left ?? "" } };
  const { answer } = decideOn([aRule("A", 90, { rollout: 10 })], { event });
  expect(answer).toMatchObject({ outcome: "allow", reasons: [], rules: [{ id: "p/A", mode: "shadow" }] });
});

test("what a test device forces is told as that, and blocks nobody", () => {
  const event = { ...EVENT, dimensions: { ...dimensions, device: "test_allow" } };
  const stored = decideOn([aRule("A", 90, { autoBlock: true })], { event, livemode: false });
  expect(stored.answer).toMatchObject({ outcome: "allow", decided_by: { kind: "test_device", reason: "test_device" } });
  expect(stored.answer).not.toHaveProperty("decisive_rules");
  expect(stored).not.toHaveProperty("automaticBlocks");
});

test("a decision comes back from the record as it was, and one from before these fields does too", () => {
  const stored = decideOn([aRule("A", 90, { autoBlock: true })]);
  expect(StoredDecision.parse(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
  const { decided_by: _, decisive_rules: __, ...before } = stored.answer;
  expect(DecisionAnswer.parse(before)).toEqual(before);
});

describe("unknown rules", () => {
  /** `age` is missing, so every rule on it is unknown; `amount` is 500. */
  const isYoung = { conditions: { age: { lt: 3 } } };
  const unknownOf = (rules: readonly object[], over: Parameters<typeof decideOn>[1] = {}) => {
    const { answer } = decideOn(rules, over);
    return {
      recorded: answer.unknown_rules,
      plain: plainAnswer(answer).unknown_rules.map(({ id }) => id),
      count: answer.unknown_rule_count,
    };
  };

  test("a plain answer names those that alone would have changed the outcome; the record names all", () => {
    const rules = [
      aRule("Fired", 30),
      aRule("Crosses", 20, isYoung),
      aRule("Short", 19, isYoung),
      aRule("Bounds", 0, { ...isYoung, outcome: { atLeast: "review" } }),
      aRule("Idle", 0, { ...isYoung, outcome: { atMost: "challenge" } }),
      aRule("Shadow", 90, { ...isYoung, mode: "shadow" }),
      aRule("False", 90, { conditions: { amount: { lt: 1 } } }),
    ];
    expect(unknownOf(rules)).toEqual({
      recorded: [
        { id: "p/Crosses", missing: ["age"], would_be: "challenge" },
        { id: "p/Short", missing: ["age"] },
        { id: "p/Bounds", missing: ["age"], would_be: "review" },
        { id: "p/Idle", missing: ["age"] },
      ],
      plain: ["p/Crosses", "p/Bounds"],
      count: 4,
    });
  });

  test("one that takes points away counts where it would have made the outcome milder", () => {
    expect(unknownOf([aRule("A", 60), aRule("B", -20, isYoung), aRule("C", -5, isYoung)])).toMatchObject({ plain: ["p/B"], count: 2 });
  });

  test("none counts where a list or a test device decides", () => {
    const rules = [aRule("A", 95, isYoung)];
    expect(unknownOf(rules, { hits: [aHit({})] })).toMatchObject({ plain: [], count: 1 });
    expect(unknownOf(rules, { hits: [aHit({ verdict: "allow" })] })).toMatchObject({ plain: [], count: 1 });
    expect(unknownOf(rules, { hits: [aHit({ verdict: "allow", rules: ["p/A"] })] })).toMatchObject({ plain: [], count: 1 });
    const device = { ...EVENT, dimensions: { ...EVENT.dimensions, device: "test_allow" } };
    expect(unknownOf(rules, { event: device, livemode: false })).toMatchObject({ plain: [], count: 1 });
    expect(unknownOf(rules)).toMatchObject({ plain: ["p/A"], count: 1 });
  });

  test("a decision from before they were told apart keeps all", () => {
    const { unknown_rule_count: _, ...older } = decideOn([aRule("A", 1, isYoung)]).answer;
    expect(plainAnswer(older).unknown_rules).toEqual([{ id: "p/A", missing: ["age"] }]);
  });
});
