import { describe, expect, test } from "vitest";
import { judgeCount, median } from "../../../src/core/baselines/judge-count.ts";
import { judgeShare } from "../../../src/core/baselines/judge-share.ts";
import { randomOf } from "../../support/traffic/quiet-day.ts";

const COUNTS = { minimum: 60, factor: 3 };
const around = (count: number): number[] => Array.from({ length: 20 }, (_, n) => count + (n % 5) - 2);
/** A Poisson number (Knuth). */
function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

describe("a count", () => {
  test("several times the usual is above, nearly nothing is below, and twice the usual is neither", () => {
    expect(judgeCount(400, around(100), COUNTS)).toMatchObject({ direction: "above", expected: 100 });
    expect(judgeCount(5, around(100), COUNTS)).toMatchObject({ direction: "below", expected: 100 });
    expect(judgeCount(200, around(100), COUNTS)).toBeNull();
    expect(judgeCount(60, around(100), COUNTS)).toBeNull();
  });

  test("in a quiet shop nothing is unusual", () => {
    for (const count of [0, 1, 5, 30, 59]) expect(judgeCount(count, around(2), COUNTS)).toBeNull();
    expect(judgeCount(0, around(40), COUNTS)).toBeNull();
  });

  test("is not hidden by an attack in one of the weeks, and a week of attack is not the usual", () => {
    const attacked = [...around(100).slice(5), 4_000, 5_000, 6_000, 4_000, 5_000];
    expect(judgeCount(500, attacked, COUNTS)).toMatchObject({ direction: "above" });
    expect(judgeCount(100, attacked, COUNTS)).toBeNull();
  });

  test("of a restless shop must be further off", () => {
    const restless = [20, 300, 60, 250, 90, 180, 40, 220, 120, 30, 280, 70, 200, 110, 50, 240, 100, 160, 80, 140];
    expect(judgeCount(350, restless, COUNTS)).toBeNull();
  });

  test("raises no alarm in two hundred thousand windows of ordinary noise", () => {
    const random = randomOf(7);
    let alarms = 0;
    for (const mean of [0.2, 3, 20, 80, 150])
      for (let n = 0; n < 2_000; n++) {
        const samples = Array.from({ length: 20 }, () => poisson(mean, random));
        for (let m = 0; m < 20; m++) if (judgeCount(poisson(mean, random), samples, COUNTS) !== null) alarms += 1;
      }
    expect(alarms).toBe(0);
  });

  test("has a median that is the middle", () => {
    expect([median([]), median([3]), median([4, 1]), median([9, 1, 2])]).toEqual([0, 3, 2.5, 2]);
  });
});

describe("a share", () => {
  const LIMITS = { minimumOf: 200, minimumBaseOf: 500, minimumHits: 15, factor: 2 };
  const base = { hits: 80, of: 4_000 };

  test("several times the usual is above, nearly nothing is below, and half as much again is neither", () => {
    expect(judgeShare({ hits: 60, of: 600 }, base, LIMITS)).toMatchObject({ direction: "above", share: 0.1, expected: 0.02 });
    expect(judgeShare({ hits: 1, of: 3_000 }, base, LIMITS)).toMatchObject({ direction: "below", expected: 0.02 });
    expect(judgeShare({ hits: 18, of: 600 }, base, LIMITS)).toBeNull();
  });

  test("of a handful, or against a handful, says nothing", () => {
    expect(judgeShare({ hits: 50, of: 100 }, base, LIMITS)).toBeNull();
    expect(judgeShare({ hits: 60, of: 600 }, { hits: 2, of: 100 }, LIMITS)).toBeNull();
    expect(judgeShare({ hits: 0, of: 0 }, { hits: 0, of: 0 }, LIMITS)).toBeNull();
  });

  test("above everything is 1, and what usually is nearly all cannot double", () => {
    expect(judgeShare({ hits: 900, of: 600 }, base, LIMITS)).toMatchObject({ share: 1 });
    expect(judgeShare({ hits: 600, of: 600 }, { hits: 3_900, of: 4_000 }, LIMITS)).toMatchObject({ direction: "above" });
    expect(judgeShare({ hits: 590, of: 600 }, { hits: 3_920, of: 4_000 }, LIMITS)).toBeNull();
  });
});
