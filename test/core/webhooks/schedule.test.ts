import { describe, expect, test } from "vitest";
import { judgeAnswer } from "../../../src/core/webhooks/judge-answer.ts";
import { ATTEMPTS, nextAttemptAt } from "../../../src/core/webhooks/next-attempt.ts";
import { retryAfterMs } from "../../../src/core/webhooks/retry-after.ts";
import { settleAttempt } from "../../../src/core/webhooks/settle-attempt.ts";

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const HOUR_MS = 3_600_000;
const next = (made: number, random: number, wish: number | null = null) =>
  nextAttemptAt({ made, failedAtMs: NOW_MS, random, retryAfterMs: wish });
const answered = (status: number, retryAfter: string | null = null) => ({ kind: "answered", status, retryAfter, body: "" }) as const;

describe("attempts", () => {
  test("are ten over about three days, each wait within a tenth of what is written", () => {
    const waits = Array.from({ length: ATTEMPTS }, (_, i) => [0, 0.5, 1].map((random) => next(i + 1, random)));
    expect(waits.at(-1)).toEqual([null, null, null]);
    const seconds = waits.slice(0, -1).map((of) => of.map((at) => ((at ?? 0) - NOW_MS) / 1_000));
    expect(seconds.map(([, middle]) => middle)).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    for (const [low = 0, middle = 0, high = 0] of seconds) expect([low / middle, high / middle]).toEqual([0.9, 1.1]);
    const days = seconds.reduce((sum, [, middle = 0]) => sum + middle, 0) / 86_400;
    expect(days).toBeGreaterThan(3);
    expect(days).toBeLessThan(3.5);
  });

  test("wait for as long as the receiver asks when that is longer, and no longer than a day", () => {
    expect(next(1, 0.5, 60_000)).toBe(NOW_MS + 60_000);
    expect(next(4, 0.5, 60_000)).toBe(NOW_MS + 2 * HOUR_MS);
    expect(next(1, 0.5, 1e12)).toBe(NOW_MS + 24 * HOUR_MS);
  });
});

describe("`Retry-After`", () => {
  test.each([
    ["120", 120_000],
    [" 5 ", 5_000],
    ["0", 0],
    ["Fri, 20 Nov 2026 12:10:00 GMT", 600_000],
    ["Fri, 20 Nov 2026 11:00:00 GMT", 0],
    ["5.5", null],
    ["-1", null],
    ["tomorrow", null],
    ["2026-11-20T12:10:00Z", null],
    ["99999999999999999999", null],
    ["", null],
    [null, null],
  ])("%j", (header, wait) => {
    expect(retryAfterMs(header, NOW_MS)).toBe(wait);
  });
});

describe("an answer", () => {
  test.each([
    [200, "delivered"],
    [204, "delivered"],
    [299, "delivered"],
    [301, "redirected"],
    [304, "redirected"],
    [308, "redirected"],
    [400, "refused"],
    [404, "refused"],
    [410, "gone"],
    [429, "too_many"],
    [500, "refused"],
    [503, "refused"],
  ])("of %i is %s", (status, outcome) => {
    expect(judgeAnswer(answered(status), NOW_MS).outcome).toBe(outcome);
  });

  test("of 429 and 503 may say when to come again, and no other", () => {
    expect(judgeAnswer(answered(429, "9"), NOW_MS).retryAfterMs).toBe(9_000);
    expect(judgeAnswer(answered(503, "9"), NOW_MS).retryAfterMs).toBe(9_000);
    expect(judgeAnswer(answered(500, "9"), NOW_MS).retryAfterMs).toBeNull();
  });

  test("settles its delivery", () => {
    const settled = (status: number, made = 1) =>
      settleAttempt(judgeAnswer(answered(status), NOW_MS), { made, endedAtMs: NOW_MS, random: 0.5 });
    expect(settled(200)).toEqual({ status: "delivered", dueAtMs: null, disable: null });
    expect(settled(500)).toEqual({ status: "pending", dueAtMs: NOW_MS + 5_000, disable: null });
    expect(settled(500, ATTEMPTS)).toEqual({ status: "failed", dueAtMs: null, disable: "failing" });
    expect(settled(410)).toEqual({ status: "failed", dueAtMs: null, disable: "gone" });
  });
});
