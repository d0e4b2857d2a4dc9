import { offsetMinutesOf } from "../device/zone-offset.ts";

/** A stretch of time, [fromMs, untilMs). */
interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
}
/** What is compared with what. */
export interface ComparableWindows {
  /** The last 15 minutes, for counts. */
  readonly current: Window;
  /** The last hour, for shares. */
  readonly currentHour: Window;
  /** Of each week: windows as long as `current` around the same time of the week, and two hours around it. */
  readonly weeks: readonly { readonly samples: readonly Window[]; readonly around: Window }[];
}

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;
/** Slots that traffic is counted in. */
export const SLOT_MS = 5 * MINUTE_MS;
const WEEKS = 4;
const COUNT_MS = 15 * MINUTE_MS;
const SHARE_MS = 60 * MINUTE_MS;
/** A week's samples begin this much before and after the same time: an hour and a quarter of each week. */
const SHIFTS_MS = [-30, -15, 0, 15, 30].map((minutes) => minutes * MINUTE_MS);

/**
 * The windows that end with the last whole slot before `nowMs`, and those of the same hour and weekday in the four weeks before, by the clock on
 * the wall of `timeZone`: a shop opens at nine in winter as in summer.
 */
export function comparableWindows(nowMs: number, timeZone: string): ComparableWindows {
  const endMs = Math.floor(nowMs / SLOT_MS) * SLOT_MS;
  const window = (untilMs: number, lengthMs: number): Window => ({ fromMs: untilMs - lengthMs, untilMs });
  const weeks = Array.from({ length: WEEKS }, (_, week) => {
    const sameTimeMs = weeksBefore(endMs, week + 1, timeZone);
    const samples = SHIFTS_MS.map((shiftMs) => window(sameTimeMs + shiftMs, COUNT_MS));
    return { samples, around: window(sameTimeMs + 30 * MINUTE_MS, 2 * SHARE_MS) };
  });
  return { current: window(endMs, COUNT_MS), currentHour: window(endMs, SHARE_MS), weeks };
}

function weeksBefore(atMs: number, weeks: number, timeZone: string): number {
  const beforeMs = atMs - weeks * WEEK_MS;
  const offset = (ms: number): number => offsetMinutesOf(timeZone, ms) ?? 0;
  return beforeMs + (offset(atMs) - offset(beforeMs)) * MINUTE_MS;
}
