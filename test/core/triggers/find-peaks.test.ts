import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findPeaks } from "../../../src/core/triggers/find-peaks.ts";
import type { TrafficEvent } from "../../../src/core/triggers/traffic-event.ts";
import type { EventTrigger } from "../../../src/core/triggers/triggers.ts";

const HOUR_MS = 3_600_000;
/** Five clicks within a minute, unless told otherwise. */
const aTrigger = (changes: Partial<EventTrigger> = {}): EventTrigger => ({
  ...{ id: "t", name: "T", report: "click_speed", severity: "low", about: "ip", event: "click", status: null },
  ...{ windowMs: 60_000, atLeast: 5, distinct: null, share: null, followedBy: [], ...changes },
});
let made = 0;
const anEvent = (atMs: number, changes: Partial<TrafficEvent> = {}): TrafficEvent => ({
  ...{ id: `e${made++}`, type: "click", status: "success", atMs },
  ...{ client: null, device: null, ip: "192.0.2.1", email: null, impressions: null, ...changes },
});
const each = (times: readonly number[], changes: Partial<TrafficEvent> = {}) => times.map((atMs) => anEvent(atMs, changes));

describe("a count", () => {
  test("reaches the threshold within the window, and not with an event as old as the window", () => {
    expect(findPeaks(aTrigger(), each([0, 1, 2, 3, 59_999]), 0)).toMatchObject([{ value: 5, atMs: 59_999 }]);
    expect(findPeaks(aTrigger(), each([0, 1, 2, 3, 60_000]), 0)).toEqual([]);
  });

  test("of another type or status is none", () => {
    expect(findPeaks(aTrigger(), each([0, 1, 2, 3, 4], { type: "conversion" }), 0)).toEqual([]);
    const failed = aTrigger({ event: "login", status: "failed" });
    expect(findPeaks(failed, each([0, 1, 2, 3, 4], { type: "login" }), 0)).toEqual([]);
    expect(findPeaks(failed, each([0, 1, 2, 3, 4], { type: "login", status: "failed" }), 0)).toHaveLength(1);
  });

  test("is found at its highest, once an hour", () => {
    const hours = [0, 1, 2, 3, 4, 5, 6, HOUR_MS + 5, HOUR_MS + 6, HOUR_MS + 7, HOUR_MS + 8, HOUR_MS + 9];
    expect(findPeaks(aTrigger(), each(hours), 0)).toMatchObject([{ value: 7 }, { value: 5 }]);
  });

  test("of windows that may be known in part is not looked at", () => {
    expect(findPeaks(aTrigger(), each([0, 1, 2, 3, 4]), 5)).toEqual([]);
    expect(findPeaks(aTrigger(), each([0, 1, 2, 3, 4, 5]), 5)).toMatchObject([{ value: 6 }]);
  });

  test("of different values leaves out those that were not sent", () => {
    const trigger = aTrigger({ distinct: "client", atLeast: 3 });
    const by = (clients: readonly (string | null)[]) => clients.map((client, at) => anEvent(at, { client }));
    expect(findPeaks(trigger, by(["a", "b", "a", null, null]), 0)).toEqual([]);
    expect(findPeaks(trigger, by(["a", "b", "a", null, "c"]), 0)).toMatchObject([{ value: 3 }]);
  });
});

describe("a share", () => {
  const rate = aTrigger({ event: "conversion", atLeast: 10, windowMs: HOUR_MS, share: { per: "click", above: 0.4 } });
  const visit = (conversions: number, clicks: number) => [
    ...each(Array.from({ length: clicks }, (_, n) => n)),
    ...each(
      Array.from({ length: conversions }, (_, n) => 10_000 + n),
      { type: "conversion" },
    ),
  ];

  test("must surely be above its threshold", () => {
    expect(findPeaks(rate, visit(20, 25), 0)).toMatchObject([{ value: 20, share: { of: 25, share: 0.8 } }]);
    // 10 of 20 are a half; they may be 30 % as well.
    expect(findPeaks(rate, visit(10, 20), 0)).toEqual([]);
    expect(findPeaks(rate, visit(20, 200), 0)).toEqual([]);
  });

  test("of nothing says nothing, and more than everything is 1", () => {
    expect(findPeaks(rate, visit(20, 0), 0)).toEqual([]);
    expect(findPeaks(rate, visit(30, 20), 0)).toMatchObject([{ share: { share: 1 } }]);
  });

  test("of impressions counts what clicks tell of", () => {
    const ctr = aTrigger({ atLeast: 20, share: { per: "impression", above: 0.4 } });
    const times = Array.from({ length: 30 }, (_, n) => n);
    expect(findPeaks(ctr, each(times, { impressions: 1 }), 0)).toMatchObject([{ value: 30, share: { of: 30, share: 1 } }]);
    expect(findPeaks(ctr, each(times, { impressions: 12 }), 0)).toEqual([]);
    expect(findPeaks(ctr, each(times), 0)).toEqual([]);
  });
});

describe("what must follow", () => {
  const guessed = aTrigger({
    event: "login",
    status: "failed",
    windowMs: HOUR_MS,
    followedBy: [
      { event: "login", status: "success" },
      { event: "profile_change", status: null },
    ],
  });
  const failed = each([0, 1, 2, 3, 4], { type: "login", status: "failed" });
  const entered = (atMs: number) => anEvent(atMs, { type: "login" });
  const changed = (atMs: number) => anEvent(atMs, { type: "profile_change" });

  test("follows in its order within the window", () => {
    expect(findPeaks(guessed, [...failed, entered(10), changed(20)], 0)).toMatchObject([
      { value: 5, followed: [{ atMs: 10 }, { atMs: 20 }] },
    ]);
    expect(findPeaks(guessed, [...failed, changed(10), entered(20)], 0)).toEqual([]);
    expect(findPeaks(guessed, [...failed, entered(10)], 0)).toEqual([]);
    expect(findPeaks(guessed, [...failed, entered(10), changed(HOUR_MS + 5)], 0)).toEqual([]);
  });

  test("is found when only the last step is new", () => {
    expect(findPeaks(guessed, [...failed, entered(10), changed(20)], 20)).toHaveLength(1);
    expect(findPeaks(guessed, [...failed, entered(10), changed(20)], 21)).toEqual([]);
  });
});

test("peaks are the same in whatever order the events are given, and as high as a naive count", () => {
  const times = fc.array(fc.integer({ min: 0, max: 3 * HOUR_MS }), { maxLength: 60 });
  fc.assert(
    fc.property(times, fc.integer({ min: 1_000, max: HOUR_MS }), (at, windowMs) => {
      const events = each(at);
      const trigger = aTrigger({ windowMs, atLeast: 3 });
      const peaks = findPeaks(trigger, events, 0);
      expect(findPeaks(trigger, events.toReversed(), 0)).toEqual(peaks);
      const highest = Math.max(0, ...at.map((end) => at.filter((one) => one <= end && one > end - windowMs).length));
      expect(Math.max(0, ...peaks.map(({ value }) => value))).toBe(highest < 3 ? 0 : highest);
    }),
  );
});
