import { expect, test } from "vitest";
import { isDue } from "../../../../src/tools/local/worker/cron.ts";

const at = (time: string) => new Date(`2026-11-21T${time}:00Z`); // a Saturday

test.each([
  ["* * * * *", "10:07", true],
  ["*/5 * * * *", "10:05", true],
  ["*/5 * * * *", "10:07", false],
  ["0 * * * *", "10:00", true],
  ["0 * * * *", "10:01", false],
  ["30 3 * * *", "03:30", true],
  ["30 3 * * *", "04:30", false],
  ["0,15,45 * * * *", "10:45", true],
  ["10-20/5 * * * *", "10:15", true],
  ["10-20/5 * * * *", "10:16", false],
  ["* * 21 11 *", "10:00", true],
  ["* * * * 6", "10:00", true],
  ["* * * * 1-5", "10:00", false],
  ["* * *", "10:00", false],
  ["x * * * *", "10:00", false],
])("`%s` at %s is due: %s", (cron, time, expected) => {
  expect(isDue(cron, at(time))).toBe(expected);
});
