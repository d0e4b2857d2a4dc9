import { expect, test } from "vitest";
import { admit, type Breaker, CLOSED, settle } from "../../../src/core/external-checks/breaker.ts";

const NOW = 1_800_000_000_000;
const after = (outcomes: readonly boolean[], nowMs = NOW): Breaker =>
  outcomes.reduce<Breaker>((breaker, isSuccess) => settle(breaker, isSuccess, nowMs), CLOSED);
const times = (n: number, value: boolean): boolean[] => new Array<boolean>(n).fill(value);

test("a few failures, or few among many, leave it closed", () => {
  expect(after(times(4, false)).state).toBe("closed");
  expect(after([...times(15, true), ...times(5, false)]).state).toBe("closed");
});

test("five failures that are half of what is remembered open it, and calls are let through no more", () => {
  const open = after(times(5, false));
  expect(open).toEqual({ state: "open", untilMs: NOW + 5_000, pauseMs: 5_000 });
  expect(admit(open, NOW + 4_999, 100)).toEqual({ isAdmitted: false, breaker: open });
});

test("what happened long ago is forgotten", () => {
  expect(after([...times(100, true), ...times(10, false)]).state).toBe("open");
});

test("after the pause one call is let through, and its success closes it", () => {
  const probing = admit(after(times(5, false)), NOW + 5_000, 100);
  expect(probing).toMatchObject({ isAdmitted: true, breaker: { state: "half_open" } });
  expect(admit(probing.breaker, NOW + 5_001, 100).isAdmitted).toBe(false);
  expect(settle(probing.breaker, true, NOW + 5_050)).toEqual(CLOSED);
});

test("a failed trial opens it for twice as long, up to five minutes", () => {
  let breaker = after(times(5, false));
  const pauses: number[] = [];
  for (let nowMs = NOW; pauses.length < 8; ) {
    if (breaker.state !== "open") throw new Error("it is to be open");
    pauses.push(breaker.pauseMs);
    nowMs = breaker.untilMs;
    breaker = settle(admit(breaker, nowMs, 100).breaker, false, nowMs);
  }
  expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
});

test("a trial that never comes back does not keep it half open for ever", () => {
  const { breaker } = admit(after(times(5, false)), NOW + 5_000, 100);
  expect(admit(breaker, NOW + 5_199, 100).isAdmitted).toBe(false);
  expect(admit(breaker, NOW + 5_200, 100).isAdmitted).toBe(true);
});

test("answers to calls from before it opened change nothing", () => {
  const open = after(times(5, false));
  expect(settle(open, true, NOW + 1)).toBe(open);
});
