import fc from "fast-check";
import { expect, test } from "vitest";
import { loginPattern } from "../../../src/core/behaviour/login-pattern.ts";
import { momentsOf } from "../../../src/core/behaviour/moments.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 20, 12);
const hoursAgo = (...hours: number[]): number[] => hours.map((h) => NOW - h * HOUR);

test("a client without logins in 30 days has no pattern", () => {
  expect(loginPattern([], NOW)).toBeNull();
  expect(loginPattern([NOW - 30 * DAY, NOW + 1], NOW)).toBeNull();
});

test("a single login has frequencies and no intervals", () => {
  expect(loginPattern([NOW], NOW)).toEqual({
    avgLoginInterval: null,
    stdLoginInterval: null,
    varLoginInterval: null,
    coefVariationLoginInterval: null,
    fanoFactorLoginInterval: null,
    zscoreAvgLoginInterval7d: null,
    isOutlierFlag: false,
    loginFrequency7d: 1,
    loginFrequency30d: 1,
  });
});

test("intervals of 2, 4 and 6 hours give the textbook moments, in hours", () => {
  const pattern = loginPattern(hoursAgo(12, 10, 6, 0), NOW);
  expect(pattern?.avgLoginInterval).toBe(4);
  expect(pattern?.varLoginInterval).toBeCloseTo(8 / 3, 12);
  expect(pattern?.stdLoginInterval).toBeCloseTo(Math.sqrt(8 / 3), 12);
  expect(pattern?.coefVariationLoginInterval).toBeCloseTo(Math.sqrt(8 / 3) / 4, 12);
  expect(pattern?.fanoFactorLoginInterval).toBeCloseTo(8 / 3 / 4, 12);
});

test("logins at one instant have mean zero and no ratios to it", () => {
  const pattern = loginPattern([NOW, NOW, NOW], NOW);
  expect(pattern).toMatchObject({
    avgLoginInterval: 0,
    varLoginInterval: 0,
    coefVariationLoginInterval: null,
    fanoFactorLoginInterval: null,
  });
});

test("the z-score measures the last 7 days against the client's own older spread", () => {
  // Older intervals 20, 28, 20, 28 h: mean 24, std 4. The last one, 48 h, ends in the last 7 days.
  const times = [0, 20, 48, 68, 96, 144].map((h) => NOW - (7 * 24 + 96) * HOUR + h * HOUR);
  const pattern = loginPattern(times, NOW);
  expect(pattern?.zscoreAvgLoginInterval7d).toBeCloseTo(6, 12);
  expect(pattern).toMatchObject({ isOutlierFlag: true, loginFrequency7d: 1, loginFrequency30d: 6 });
});

test("logging in far more often than before is an outlier too", () => {
  const older = [0, 20, 48, 68, 96].map((h) => NOW - (7 * 24 + 96) * HOUR + h * HOUR);
  const burst = [0.5, 1, 1.5, 2, 2.5, 3].map((h) => NOW - 7 * DAY + h * HOUR);
  const pattern = loginPattern([...older, ...burst], NOW);
  expect(pattern?.zscoreAvgLoginInterval7d).toBeCloseTo((0.5 - 24) / 4, 12);
  expect(pattern?.isOutlierFlag).toBe(true);
});

test("without spread or with too few older intervals there is no z-score and no outlier", () => {
  const regular = Array.from({ length: 29 }, (_, i) => NOW - i * DAY - (i > 6 ? 5 * HOUR : 0));
  expect(loginPattern(regular.slice(8).concat(NOW), NOW)).toMatchObject({ zscoreAvgLoginInterval7d: null, isOutlierFlag: false });
  expect(loginPattern([NOW - 12 * DAY, NOW - 11 * DAY, NOW - 8 * DAY, NOW], NOW)).toMatchObject({ zscoreAvgLoginInterval7d: null });
});

test("a login exactly 30 days old is outside, one exactly 7 days old is not recent", () => {
  expect(loginPattern([NOW - 30 * DAY, NOW - 30 * DAY + 1, NOW - 7 * DAY, NOW], NOW)).toMatchObject({
    loginFrequency7d: 1,
    loginFrequency30d: 3,
  });
});

test("order does not matter, and moving every time moves nothing", () => {
  const times = fc.array(fc.integer({ min: 0, max: 40 * DAY }), { maxLength: 30 });
  fc.assert(
    fc.property(times, fc.integer({ min: -1e9, max: 1e9 }), (ages, shift) => {
      const at = ages.map((age) => NOW - age);
      const pattern = loginPattern(at, NOW);
      expect(loginPattern([...at].reverse(), NOW)).toEqual(pattern);
      expect(
        loginPattern(
          at.map((t) => t + shift),
          NOW + shift,
        ),
      ).toEqual(pattern);
    }),
  );
});

test("moments of a sample: none of none, exact on equal values", () => {
  expect(momentsOf([])).toBeNull();
  expect(momentsOf([0.1, 0.1, 0.1])?.variance).toBeCloseTo(0, 30);
  expect(momentsOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ count: 8, mean: 5, variance: 4, std: 2 });
});
