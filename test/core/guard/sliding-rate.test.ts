import fc from "fast-check";
import { expect, test } from "vitest";
import { createSlidingRate } from "../../../src/core/guard/sliding-rate.ts";
import { SLOT_MS, slotStart, WINDOW_MS } from "../../../src/core/guard/slot.ts";

test("counts what a naive sum over the window's slots counts, however times lie", () => {
  const steps = fc.array(fc.record({ afterMs: fc.oneof(fc.nat(SLOT_MS), fc.nat(2 * WINDOW_MS)), isBlocked: fc.boolean() }), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(steps, (given) => {
      const rate = createSlidingRate();
      const seen: { atMs: number; isBlocked: boolean }[] = [];
      let nowMs = 1_000_003;
      for (const { afterMs, isBlocked } of given) {
        nowMs += afterMs;
        rate.add(isBlocked, nowMs);
        seen.push({ atMs: nowMs, isBlocked });
        const within = seen.filter(({ atMs }) => slotStart(atMs) + SLOT_MS > nowMs - WINDOW_MS);
        expect(rate.read(nowMs)).toEqual({ decisions: within.length, blocked: within.filter((one) => one.isBlocked).length });
      }
    }),
  );
});

test("a clock that steps back loses no decision", () => {
  const rate = createSlidingRate();
  rate.add(true, 50_000);
  rate.add(false, 20_000);
  expect(rate.read(50_000)).toEqual({ decisions: 2, blocked: 1 });
});

test("is empty once the window has passed", () => {
  const rate = createSlidingRate();
  rate.add(true, 0);
  expect(rate.read(WINDOW_MS + SLOT_MS)).toEqual({ decisions: 0, blocked: 0 });
});
