import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBlockGuard, writeBlockGuard } from "../../../src/core/decision/block-guard.ts";
import { holdBriefly, isOverRate, judgeBlockRate } from "../../../src/core/guard/block-rate.ts";

const MINUTE_MS = 60_000;
const limit = { maxBlockRate: 0.1, blockRateMinDecisions: 100 };
const over = { decisions: 200, blocked: 120 };
const well = { decisions: 200, blocked: 20 };
const judge = (rate: typeof over, held: { untilMs: number } | null, nowMs = 0) =>
  judgeBlockRate({ seq: 4, rate, limit, held: held === null ? null : { seq: 4, ...held }, nowMs });

describe("a rate is over its limit", () => {
  test.each([
    ["beyond the share", { decisions: 100, blocked: 11 }, limit, true],
    ["and not at the share", { decisions: 100, blocked: 10 }, limit, false],
    ["and not before enough decisions were made", { decisions: 99, blocked: 99 }, limit, false],
    ["and not without a limit", { decisions: 100, blocked: 100 }, { ...limit, maxBlockRate: null }, false],
    ["with the first block where none is allowed", { decisions: 1, blocked: 1 }, { maxBlockRate: 0, blockRateMinDecisions: 1 }, true],
    ["and never where all may be blocked", { decisions: 500, blocked: 500 }, { ...limit, maxBlockRate: 1 }, false],
    ["and not when nothing was decided", { decisions: 0, blocked: 0 }, { maxBlockRate: 0, blockRateMinDecisions: 1 }, false],
  ])("%s", (_, rate, given, expected) => expect(isOverRate(rate, given)).toBe(expected));
});

test("a breach holds, stays held while it is fresh, is held for longer before it ends, and is released once the rate is well", () => {
  const first = judge(over, null);
  expect(first).toEqual({ kind: "hold", guard: { seq: 4, untilMs: 5 * MINUTE_MS } });
  expect(judge(over, { untilMs: 5 * MINUTE_MS }, MINUTE_MS)).toEqual({ kind: "stay" });
  expect(judge(over, { untilMs: 5 * MINUTE_MS }, 3 * MINUTE_MS)).toEqual({ kind: "hold", guard: { seq: 4, untilMs: 8 * MINUTE_MS } });
  expect(judge(well, { untilMs: 8 * MINUTE_MS }, 4 * MINUTE_MS)).toEqual({ kind: "release" });
  expect(judge(well, null)).toEqual({ kind: "stay" });
});

test("a guard that holds briefly is come back to at once and still holds", () => {
  const brief = holdBriefly({ seq: 4, untilMs: 5 * MINUTE_MS }, MINUTE_MS);
  expect(brief.untilMs).toBeGreaterThan(2 * MINUTE_MS);
  expect(judge(over, brief, MINUTE_MS)).toMatchObject({ kind: "hold" });
});

test("whatever the rates, a version over its limit is held after a judgement, and one within it is not", () => {
  const rates = fc.record({ decisions: fc.nat(300), share: fc.double({ min: 0, max: 1, noNaN: true }) });
  fc.assert(
    fc.property(fc.array(fc.tuple(rates, fc.nat(4 * MINUTE_MS)), { maxLength: 30 }), (steps) => {
      let nowMs = 0;
      let text: string | null = null;
      for (const [{ decisions, share }, passedMs] of steps) {
        nowMs += passedMs;
        const rate = { decisions, blocked: Math.round(decisions * share) };
        const step = judgeBlockRate({ seq: 4, rate, limit, held: readBlockGuard(text, 4, nowMs), nowMs });
        if (step.kind === "hold") text = writeBlockGuard(step.guard);
        if (step.kind === "release") text = null;
        expect(readBlockGuard(text, 4, nowMs) !== null).toBe(isOverRate(rate, limit));
      }
    }),
  );
});
