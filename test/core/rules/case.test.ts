import { expect, test } from "vitest";
import { type RuleCase, RuleCases, runCase } from "../../../src/core/rules/case.ts";
import { checkRuleset } from "../../../src/core/rules/check.ts";
import { compileRuleset } from "../../../src/core/rules/compile.ts";
import { EVERY_TYPE } from "./vocabulary.ts";

const aRule = (id: string, score: number, conditions: object) => ({ id, name: id, reason: "r", severity: "low", score, conditions });
const PACK = {
  name: "shop",
  on: ["PAYMENT"],
  policy: { challengeAt: 50, reviewAt: 65, blockAt: 80, reviewAmountWhenDegraded: 500 },
  rules: [aRule("Large", 50, { amount: { gt: 100 } }), aRule("Cards", 30, { cards_per_ip_1h: { gte: 4 } })],
};
const checked = checkRuleset([{ name: "shop.json", text: JSON.stringify(PACK) }], EVERY_TYPE);
if (!checked.ok) throw new Error(JSON.stringify(checked.error));
const context = { pack: "shop", ruleset: compileRuleset(checked.value, EVERY_TYPE), vocabulary: EVERY_TYPE, currencyExponent: 2 };
const run = (one: Omit<RuleCase, "name" | "type"> & Partial<RuleCase>) => runCase({ name: "a case", type: "PAYMENT", ...one }, context);
const passes = { ok: true, value: [] };

test("a case passes when every rule it names is as it says and the outcome is too", () => {
  expect(run({ facts: { amount: 100.01, cards_per_ip_1h: 4 }, fires: ["Large", "Cards"], outcome: "block" })).toEqual(passes);
  expect(run({ facts: { amount: 100 }, silent: ["Large"], unknown: ["Cards"], outcome: "allow" })).toEqual(passes);
});

test("a case says of each rule what it should be and what it is, and the same of the outcome", () => {
  const ran = run({ facts: { amount: 101 }, fires: ["Cards"], silent: ["Large"], unknown: ["Large"], outcome: "block" });
  expect(ran).toEqual({
    ok: true,
    value: [
      "`Cards` should be fired, is unknown",
      "`Large` should be silent, is fired",
      "`Large` should be unknown, is fired",
      "the outcome should be block, is challenge",
    ],
  });
});

test("unknown is not silent", () => {
  expect(run({ facts: { amount: 1 }, silent: ["Cards"] })).toEqual({ ok: true, value: ["`Cards` should be silent, is unknown"] });
});

test("a fact that is null or not named is absent, one that is missing makes the decision degraded", () => {
  expect(run({ facts: { amount: null }, unknown: ["Large"], outcome: "allow" })).toEqual(passes);
  expect(run({ facts: { amount: 501 }, fires: ["Large"], outcome: "challenge" })).toEqual(passes);
  expect(run({ facts: { amount: 501 }, missing: ["cards_per_ip_1h"], unknown: ["Cards"], outcome: "review" })).toEqual(passes);
});

test("rules for other types stay silent", () => {
  expect(run({ type: "TRANSFER", facts: { amount: 501 }, silent: ["Large", "Cards"], outcome: "allow" })).toEqual(passes);
});

test("what a case itself gets wrong is a fault with the nearest name", () => {
  const ran = run({ facts: { amuont: 1, hour: 24, amount: 1.005 }, missing: ["cards_per_ip"], fires: ["Cart"] });
  expect(ran).toEqual({
    ok: false,
    error: [
      { code: "unknown_rule", at: ["fires", 0], message: "unknown rule `Cart`; did you mean `Cards`?" },
      { code: "unknown_feature", at: ["facts", "amuont"], message: "unknown feature `amuont`; did you mean `amount`?" },
      { code: "wrong_type", at: ["facts", "hour"], message: "expected an hour from `0` to `23`, got `24`" },
      { code: "wrong_type", at: ["facts", "amount"], message: expect.stringContaining("expected an amount in major units") },
      { code: "unknown_feature", at: ["missing", 0], message: "unknown feature `cards_per_ip`; did you mean `cards_per_ip_1h`?" },
    ],
  });
});

test("a file of cases takes no key it does not know", () => {
  const file = { ruleset: "shop", cases: [{ name: "n", type: "PAYMENT", facts: {}, fire: ["Large"] }] };
  expect(RuleCases.safeParse(file).success).toBe(false);
  expect(RuleCases.safeParse({ ...file, cases: [{ name: "n", type: "PAYMENT", facts: {}, fires: ["Large"] }] }).success).toBe(true);
});
