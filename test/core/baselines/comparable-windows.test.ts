import { expect, test } from "vitest";
import { comparableWindows } from "../../../src/core/baselines/comparable-windows.ts";

const at = (text: string): number => Date.parse(text);
const iso = (ms: number | undefined): string => new Date(ms ?? 0).toISOString();

test("windows end with the last whole five minutes", () => {
  const { current, currentHour } = comparableWindows(at("2026-11-20T10:33:59Z"), "UTC");
  expect([current, currentHour].map(({ fromMs, untilMs }) => [iso(fromMs), iso(untilMs)])).toEqual([
    ["2026-11-20T10:15:00.000Z", "2026-11-20T10:30:00.000Z"],
    ["2026-11-20T09:30:00.000Z", "2026-11-20T10:30:00.000Z"],
  ]);
});

test("four weeks, five windows each, around the same hour and weekday; none meets the present", () => {
  const { current, currentHour, weeks } = comparableWindows(at("2026-11-20T10:30:00Z"), "UTC");
  expect(weeks.map(({ samples }) => iso(samples[2]?.untilMs))).toEqual([
    "2026-11-13T10:30:00.000Z",
    "2026-11-06T10:30:00.000Z",
    "2026-10-30T10:30:00.000Z",
    "2026-10-23T10:30:00.000Z",
  ]);
  for (const { samples, around } of weeks) {
    expect(samples.map(({ fromMs, untilMs }) => untilMs - fromMs)).toEqual(Array(5).fill(current.untilMs - current.fromMs));
    expect(Math.min(...samples.map(({ fromMs }) => fromMs))).toBeGreaterThanOrEqual(around.fromMs);
    expect(around.untilMs).toBeLessThan(currentHour.fromMs);
  }
});

test("the clock on the wall counts: before the change to winter time the same hour was another one of UTC", () => {
  const { weeks } = comparableWindows(at("2026-10-30T09:00:00Z"), "Europe/Berlin");
  // 10:00 in Berlin, in winter and in summer.
  expect(iso(weeks[0]?.samples[2]?.untilMs)).toBe("2026-10-23T08:00:00.000Z");
});
