import fc from "fast-check";
import { expect, test } from "vitest";
import type { DecidingRule } from "../../../src/core/decision/decide.ts";
import { decisiveRules } from "../../../src/core/decision/decisive-rules.ts";
import { judgeRules } from "../../../src/core/decision/judge-rules.ts";
import { OUTCOMES, type OutcomeBound } from "../../../src/core/decision/outcome.ts";

const policy = { challengeAt: 50, reviewAt: 65, blockAt: 80 };
const aRule = (id: string, score: number, outcome: OutcomeBound = {}): DecidingRule => ({
  id,
  name: id,
  reason: "r",
  severity: "low",
  mode: "live",
  score,
  outcome,
});

test("the fewest rules without which a block would be none, most points first", () => {
  const rules = [aRule("A", 30), aRule("B", 50), aRule("C", 10), aRule("D", -5)];
  expect(decisiveRules(rules, 0, policy)).toEqual(["B"]);
  expect(decisiveRules([...rules, aRule("E", 40)], 0, policy)).toEqual(["B"]);
  expect(decisiveRules([...rules, aRule("E", 45), aRule("F", 5, { atLeast: "block" })], 0, policy)).toEqual(["B", "E", "F"]);
});

test("none when the model blocks by itself, and none for what passes", () => {
  expect(decisiveRules([aRule("A", 30)], 0.9, policy)).toBeNull();
  expect(decisiveRules([], 0, policy)).toBeNull();
});

const bounds = fc.constantFrom<OutcomeBound>(
  {},
  {},
  {},
  { atLeast: "review" },
  { atLeast: "block" },
  { atMost: "review" },
  { atMost: "challenge" },
);
const acted = fc
  .array(fc.tuple(fc.integer({ min: -40, max: 60 }), bounds), { maxLength: 7 })
  .map((all) => all.map(([score, bound], index) => aRule(`R${index}`, score, bound)));

test("no smaller set of rules would do, by trying them all", () => {
  let found = 0;
  fc.assert(
    fc.property(acted, fc.constantFrom(0, 0.3, 0.6, 0.85), (rules, probability) => {
      const rankWithout = (mask: number): number =>
        OUTCOMES.indexOf(
          judgeRules(
            rules.filter((_, index) => (mask & (1 << index)) === 0),
            probability,
            policy,
          ).outcome,
        );
      const rank = rankWithout(0);
      const sizes = Array.from({ length: 2 ** rules.length }, (_, mask) => mask)
        .filter((mask) => rankWithout(mask) < rank)
        .map((mask) => mask.toString(2).replaceAll("0", "").length);
      const decisive = decisiveRules(rules, probability, policy);
      expect(decisive?.length ?? null).toBe(sizes.length === 0 ? null : Math.min(...sizes));
      if (decisive === null) return;
      found++;
      const mask = rules.reduce((bits, { id }, index) => bits | (decisive.includes(id) ? 1 << index : 0), 0);
      expect(rankWithout(mask)).toBeLessThan(rank);
    }),
    { numRuns: 500 },
  );
  expect(found).toBeGreaterThan(100);
});
