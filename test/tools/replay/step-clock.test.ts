import fc from "fast-check";
import { expect, test } from "vitest";
import { countSteps, createStepClock } from "../../../src/tools/replay/step-clock.ts";

const HOUR_MS = 3_600_000;
const END_MS = Date.parse("2026-11-20T10:30:00Z");

async function* rowsOf(steps: readonly number[]) {
  for (const step of steps) yield { step };
}

const timesOf = async (steps: readonly number[]) => {
  const clock = createStepClock(await countSteps(rowsOf(steps)), END_MS);
  return steps.map(clock);
};

test("the last hour of the file ends now, its rows spread evenly over it", async () => {
  expect(await timesOf([1, 3, 3])).toEqual([END_MS - 2.5 * HOUR_MS, END_MS - 0.75 * HOUR_MS, END_MS - 0.25 * HOUR_MS]);
});

test("times keep the file's order, stay inside their hour and never reach the end", async () => {
  const sortedSteps = fc
    .array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 200 })
    .map((steps) => steps.sort((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(sortedSteps, async (steps) => {
      const times = await timesOf(steps);
      const last = steps.at(-1) ?? 0;
      for (const [i, time] of times.entries()) {
        const hoursBack = last - (steps[i] ?? 0);
        expect(time).toBeGreaterThanOrEqual(END_MS - (hoursBack + 1) * HOUR_MS);
        expect(time).toBeLessThan(END_MS - hoursBack * HOUR_MS);
        expect(time).toBeGreaterThanOrEqual(times[i - 1] ?? 0);
      }
    }),
  );
});
