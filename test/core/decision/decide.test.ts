import { describe, expect, test } from "vitest";
import { type CohortMember, cohort } from "../../../src/core/decision/cohort.ts";
import { type DecideInput, type DecidingRule, decide } from "../../../src/core/decision/decide.ts";
import { riskLevel, riskScore } from "../../../src/core/decision/score.ts";
import type { ListHit } from "../../../src/core/lists/list-hit.ts";
import type { AutoBlock } from "../../../src/core/rules/ruleset.ts";

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
  hits: [],
  member: null,
  guard: null,
  model: { status: "not_applicable", name: null, version: null, probability: 0, outOfRange: [] },
  degraded: [],
  ...over,
});

const aHit = (over: Partial<ListHit> = {}): ListHit => ({
  verdict: "block",
  id: "b1",
  kind: "card",
  value: "t1",
  reason: "stolen",
  source: "staff",
  expiresAtMs: null,
  rules: null,
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
    const trusted = decide(anInput({ fired, hits: [aHit({ verdict: "allow", reason: "office" })] }));
    expect(trusted).toMatchObject({ outcome: "allow", reasons: ["whitelisted"], acted: [] });
    const snoozed = decide(anInput({ fired, hits: [aHit({ verdict: "allow", rules: ["B"] })] }));
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

describe("lists", () => {
  const blocking = aRule({ id: "B", score: 90 });

  test("a listed entity is refused whatever the rules say, and the answer names the entry", () => {
    expect(decide(anInput({ hits: [aHit()] }))).toMatchObject({
      outcome: "block",
      reasons: ["blocklisted"],
      decidedBy: { kind: "block_list", id: "b1", type: "card", value: "t1", reason: "stolen" },
      decisive: null,
    });
    const capped = aRule({ score: 0, outcome: { atMost: "allow" } });
    expect(decide(anInput({ hits: [aHit()], fired: [capped] })).outcome).toBe("block");
  });

  test("a trusted entity lifts its own blocks only, and silences all rules", () => {
    const allow = aHit({ verdict: "allow", id: "a1", kind: "client", value: "c1", reason: "vip" });
    const cardBlocked = decide(anInput({ hits: [allow, aHit()], fired: [blocking] }));
    expect(cardBlocked).toMatchObject({ outcome: "block", decidedBy: { id: "b1" }, acted: [] });
    const clientBlocked = decide(anInput({ hits: [aHit({ kind: "client", value: "c1" }), allow], fired: [blocking] }));
    expect(clientBlocked).toMatchObject({ outcome: "allow", decidedBy: { kind: "whitelist", id: "a1", reason: "vip" } });
  });

  test("a snoozed rule lifts no block", () => {
    expect(decide(anInput({ hits: [aHit({ verdict: "allow", rules: ["B"] }), aHit()], fired: [blocking] })).outcome).toBe("block");
  });

  test("of several blocks a person's is named", () => {
    const hits = [aHit({ id: "f", source: "feed" }), aHit({ id: "a", source: "auto" }), aHit({ id: "s" })];
    expect(decide(anInput({ hits })).decidedBy.id).toBe("s");
  });
});

describe("what decided", () => {
  test.each([
    ["the score", { fired: [aRule({ score: 90 })] }, { kind: "score", reason: "risk_score" }],
    [
      "a rule's atLeast",
      { fired: [aRule({ id: "X", score: 5, outcome: { atLeast: "review" } })] },
      { kind: "rule", id: "X", reason: "a_reason" },
    ],
    [
      "a rule's atMost",
      { fired: [aRule(), aRule({ id: "Y", score: 60, outcome: { atMost: "allow" } })] },
      { kind: "rule", id: "Y", reason: "a_reason" },
    ],
    [
      "the score, where a bound only agrees with it",
      { fired: [aRule({ score: 90, outcome: { atLeast: "block" } })] },
      { kind: "score", reason: "risk_score" },
    ],
    ["caution", { degraded: ["velocity"], amountMinor: 50_001 }, { kind: "degraded", reason: "degraded_large_amount" }],
  ] as const)("is %s", (_, over, decidedBy) => {
    expect(decide(anInput(over as Partial<DecideInput>)).decidedBy).toEqual(decidedBy);
  });
});

describe("the guard of the block rate", () => {
  const guard = { seq: 7, untilMs: 9 };
  const blocking = aRule({ id: "B", score: 90, autoBlock: { target: "ip", forMs: 1, escalateMs: [], collision: "review" } });

  test("makes a review of what rules and score would block, and says so", () => {
    expect(decide(anInput({ guard, fired: [blocking] }))).toMatchObject({
      outcome: "review",
      isHeldBack: true,
      decidedBy: { kind: "guard", reason: "block_rate_guard" },
      reasons: ["block_rate_guard", "a_reason"],
      decisive: ["B"],
      blocking: [],
    });
  });

  test("leaves the block list and milder outcomes alone, and stops every automatic block", () => {
    expect(decide(anInput({ guard, hits: [aHit()] }))).toMatchObject({ outcome: "block", isHeldBack: false });
    expect(decide(anInput({ guard, fired: [{ ...blocking, score: 60 }] }))).toMatchObject({
      outcome: "challenge",
      isHeldBack: false,
      blocking: [],
    });
  });
});

describe("cohorts", () => {
  const memberWith = (isIn: (member: CohortMember) => boolean): CohortMember => {
    for (let index = 0; index < 10_000; index++) {
      const member = { id: "e", dimensions: { client: `c${index}` } };
      if (isIn(member)) return member;
    }
    throw new Error("no such client");
  };
  const autoBlock: AutoBlock = { target: "ip", forMs: 1, escalateMs: [], collision: "review" };
  const rolled = aRule({ id: "R", score: 90, rollout: 10, autoBlock });
  const held = aRule({ id: "H", score: 90, holdout: 20, autoBlock });
  const inside = (rule: string, use: "rollout" | "holdout", percent: number) => memberWith((member) => cohort(member, rule, use) < percent);
  const outside = (rule: string, use: "rollout" | "holdout", percent: number) =>
    memberWith((member) => cohort(member, rule, use) >= percent);

  test("a rule acts on its rollout's share and is a shadow rule for the others", () => {
    expect(decide(anInput({ fired: [rolled], member: inside("R", "rollout", 10) }))).toMatchObject({
      outcome: "block",
      acted: [{ id: "R" }],
    });
    expect(decide(anInput({ fired: [rolled], member: outside("R", "rollout", 10) }))).toMatchObject({
      outcome: "allow",
      acted: [],
      shadow: [{ id: "R" }],
      blocking: [],
    });
    expect(decide(anInput({ fired: [rolled], member: null })).outcome).toBe("block");
  });

  test("a held-out client is reviewed where the rule alone would have blocked, and blocks nobody automatically", () => {
    expect(decide(anInput({ fired: [held], member: inside("H", "holdout", 20) }))).toMatchObject({
      outcome: "review",
      decidedBy: { kind: "holdout", id: "H", reason: "a_reason" },
      reasons: ["holdout", "a_reason"],
      isHeldBack: false,
      blocking: [],
      decisive: null,
    });
    expect(decide(anInput({ fired: [held], member: outside("H", "holdout", 20) }))).toMatchObject({
      outcome: "block",
      blocking: [{ id: "H" }],
    });
  });

  test("what others block without it stays blocked, and what it did not block stays as it is", () => {
    const member = inside("H", "holdout", 20);
    expect(decide(anInput({ fired: [held, aRule({ id: "O", score: 80 })], member })).outcome).toBe("block");
    expect(decide(anInput({ fired: [{ ...held, score: 55 }], member })).outcome).toBe("challenge");
  });
});
