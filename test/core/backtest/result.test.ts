import { expect, test } from "vitest";
import { BacktestResult, resultOf } from "../../../src/core/backtest/result.ts";
import type { Truth } from "../../../src/core/backtest/stored-case.ts";
import { addToTally, emptyTally, Tally } from "../../../src/core/backtest/tally.ts";
import { wilson } from "../../../src/core/backtest/wilson.ts";
import type { Outcome } from "../../../src/core/decision/outcome.ts";
import { anEvent, DAY_MS, NOON } from "../../support/records/record-builder.ts";
import { aCase } from "./cases.ts";

const CONTEXT = { rules: [{ id: "p/R1", mode: "live" as const }], currencyExponent: 2, cpu: null };

interface Step {
  readonly before: Outcome | null;
  readonly after: Outcome;
  readonly truth?: Truth;
  readonly fired?: readonly [before: readonly string[], after: readonly string[]];
  readonly day?: number;
}
function tallyOf(steps: readonly Step[]): Tally {
  const tally = emptyTally();
  for (const [n, { before, after, truth = "unlabelled", fired: [was, is] = [[], []], day = 0 }] of steps.entries()) {
    const one = aCase({}, { event: anEvent({ id: `t${n}` }), truth, decidedAtMs: NOON + day * DAY_MS });
    const answered = before === null ? null : { outcome: before, rules: was };
    addToTally(tally, { ...one, before: answered }, { outcome: after, rules: is, unknown: [], lacking: [], isUndeclared: false });
  }
  return tally;
}

test("Wilson's interval is that of the textbook, stays in [0, 1] and is null without cases", () => {
  expect(wilson(8, 10)).toEqual({ share: 0.8, low: 0.490162, high: 0.943318, of: 10 });
  expect(wilson(0, 5)).toMatchObject({ share: 0, low: 0 });
  expect(wilson(5, 5)).toMatchObject({ share: 1, high: 1 });
  expect(wilson(0, 0)).toBeNull();
});

test("fraud and chargebacks are fraud, unlabelled decisions count in no share", () => {
  const result = resultOf(
    tallyOf([
      { before: "allow", after: "block", truth: "fraud" },
      { before: "block", after: "block", truth: "chargeback" },
      { before: "block", after: "allow", truth: "fraud" },
      { before: "allow", after: "review", truth: "legitimate" },
      { before: "allow", after: "block" },
    ]),
    CONTEXT,
  );
  expect(result.labels).toEqual({ fraud: 2, chargeback: 1, legitimate: 1, unlabelled: 1 });
  expect(result.before).toMatchObject({ block: { precision: { share: 1, of: 2 }, recall: { share: 0.666667, of: 3 } } });
  expect(result.after).toMatchObject({
    block: { precision: { share: 1, of: 2 }, recall: { share: 0.666667 } },
    review_or_block: { precision: { share: 0.666667, of: 3 } },
  });
  expect(result.outcomes).toContainEqual({ before: "block", after: "allow", label: "fraud", count: 1, amount: 50 });
  expect(result.outcomes.reduce((sum, { count }) => sum + count, 0)).toBe(5);
});

test("a rule's gains and losses come with money and examples, and a rule that is gone keeps its losses", () => {
  const gaining = Array.from({ length: 7 }, (): Step => ({ before: "allow", after: "block", truth: "fraud", fired: [[], ["p/R1"]] }));
  const result = resultOf(
    tallyOf([...gaining, { before: "block", after: "allow", truth: "legitimate", fired: [["p/R1", "p/old"], ["p/R1"]] }]),
    CONTEXT,
  );
  expect(result.rules).toMatchObject([
    {
      id: "p/R1",
      mode: "live",
      hits: { before: 1, after: 8 },
      gained: { count: 7, amount: 350, by_label: { fraud: 7 } },
      before: { precision: { share: 0 } },
      after: { precision: { share: 0.875, of: 8 }, recall: { share: 1 } },
    },
    {
      id: "p/old",
      mode: null,
      hits: { before: 1, after: 0 },
      lost: { count: 1, examples: [{ transaction_id: "t7", label: "legitimate", amount: 50 }] },
    },
  ]);
  expect(result.rules[0]?.gained.examples).toHaveLength(5);
});

test("reviews are counted by UTC day", () => {
  const result = resultOf(
    tallyOf([
      { before: "review", after: "review" },
      { before: "allow", after: "review" },
      { before: "allow", after: "review", day: 1 },
      { before: "allow", after: "allow", day: 2 },
    ]),
    CONTEXT,
  );
  expect(result.reviews).toEqual({
    before: { total: 1, per_day: 0.33, busiest_day: 1 },
    after: { total: 3, per_day: 1, busiest_day: 2 },
  });
});

test("where nobody decided then, there is nothing to compare with", () => {
  const result = resultOf(tallyOf([{ before: null, after: "block", truth: "fraud" }]), CONTEXT);
  expect(result).toMatchObject({ before: null, reviews: { before: null }, outcomes: [{ before: "none", after: "block" }] });
});

test("an empty period has a result, and a tally goes through JSON unchanged", () => {
  const empty = resultOf(emptyTally(), CONTEXT);
  expect(BacktestResult.parse(empty)).toEqual(empty);
  expect(empty).toMatchObject({ decisions: 0, from: null, after: { block: { precision: null, recall: null } }, rules: [{ id: "p/R1" }] });
  const tally = tallyOf([{ before: "allow", after: "block", fired: [[], ["p/R1"]] }]);
  expect(Tally.parse(JSON.parse(JSON.stringify(tally)))).toEqual(tally);
});
