import { describe, expect, test } from "vitest";
import { type DecideInput, type DecidingRule, decide } from "../../../src/core/decision/decide.ts";
import { riskLevel, riskScore } from "../../../src/core/decision/score.ts";

const policy = { challengeAt: 50, reviewAt: 65, blockAt: 80, reviewAmountWhenDegradedMinor: 50_000 };
const aRule = (over: Partial<DecidingRule> = {}): DecidingRule => ({
  id: "R",
  name: "A rule",
  reason: "a_reason",
  severity: "high",
  mode: "live",
  score: 30,
  ...over,
});
const anInput = (over: Partial<DecideInput> = {}): DecideInput => ({
  amountMinor: 1_000,
  facts: { values: [1, undefined, null, 4], marks: new Map() },
  vocabulary: { slots: [0, 1, 2, 3].map((slot) => ({ slot, name: `f${slot}`, type: "count", source: "log" })), byName: new Map() },
  policy,
  fired: [],
  trust: [],
  model: { status: "not_applicable", name: null, version: null, probability: 0, outOfRange: [] },
  degraded: [],
  ...over,
});

describe("the score", () => {
  test("joins the model's probability and the rules' points as a noisy-or, in two decimals", () => {
    expect(riskScore(0.5, 30)).toBe(65);
    expect(riskScore(0.123_456, 0)).toBe(12.35);
    expect(riskScore(0, 250)).toBe(100);
    expect(riskScore(0.4, -80)).toBe(40);
  });

  test.each([
    [29.99, "LOW"],
    [30, "MEDIUM"],
    [49.99, "MEDIUM"],
    [50, "HIGH"],
    [79.99, "HIGH"],
    [80, "CRITICAL"],
    [85.23, "CRITICAL"],
  ] as const)("%d is %s", (score, level) => {
    expect(riskLevel(score)).toBe(level);
  });
});

describe("the outcome", () => {
  test.each([
    [49, "allow"],
    [50, "challenge"],
    [64, "challenge"],
    [65, "review"],
    [79, "review"],
    [80, "block"],
  ] as const)("%d points alone mean %s", (score, outcome) => {
    expect(decide(anInput({ fired: [aRule({ score })] })).outcome).toBe(outcome);
  });

  test("atLeast goes before atMost, and atMost before the score", () => {
    const mild = aRule({ score: 90, outcome: { atMost: "challenge" } });
    expect(decide(anInput({ fired: [mild] })).outcome).toBe("challenge");
    expect(decide(anInput({ fired: [mild, aRule({ score: 0, outcome: { atLeast: "review" } })] })).outcome).toBe("review");
  });

  test("trust in an entity goes before every rule; trust against named rules silences only these", () => {
    const fired = [aRule({ id: "A", score: 60 }), aRule({ id: "B", score: 30, outcome: { atLeast: "block" } })];
    const trusted = decide(anInput({ fired, trust: [{ reason: "office", rules: null }] }));
    expect(trusted).toMatchObject({ outcome: "allow", reasons: ["whitelisted"], acted: [] });
    const snoozed = decide(anInput({ fired, trust: [{ reason: "known", rules: ["B"] }] }));
    expect(snoozed.outcome).toBe("challenge");
  });

  test("a shadow rule is recorded but does not change the outcome", () => {
    const decided = decide(anInput({ fired: [aRule({ mode: "shadow", score: 100, outcome: { atLeast: "block" } })] }));
    expect(decided).toMatchObject({ outcome: "allow", score: 0, reasons: [] });
    expect(decided.shadow).toHaveLength(1);
  });

  test("a degraded decision above the policy's amount is never better than review", () => {
    expect(decide(anInput({ degraded: ["velocity"], amountMinor: 50_000 })).outcome).toBe("allow");
    expect(decide(anInput({ degraded: ["velocity"], amountMinor: 50_001 }))).toMatchObject({
      outcome: "review",
      reasons: ["degraded_large_amount"],
    });
  });
});

test("confidence is the certainty of p times the share of facts that are not missing", () => {
  expect(decide(anInput({ model: { status: "scored", name: "m", version: "1", probability: 0.2, outOfRange: [] } })).confidence).toBe(0.6);
});

test("reasons come most weighty first, each once", () => {
  const fired = [
    aRule({ id: "A", score: 10, reason: "small" }),
    aRule({ id: "B", score: 20, reason: "large" }),
    aRule({ id: "C", score: 5, reason: "large" }),
  ];
  expect(decide(anInput({ fired })).reasons).toEqual(["large", "small"]);
});

test("recommendations are sentences from the outcome, the level and the rules", () => {
  const fired = [aRule({ score: 55, recommendation: "Call the customer." })];
  expect(decide(anInput({ fired })).recommendations).toEqual([
    "Ask for 3-D Secure before accepting the transaction.",
    "Ask the customer for an additional verification.",
    "Call the customer.",
  ]);
});
