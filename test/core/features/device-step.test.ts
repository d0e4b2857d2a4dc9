import { expect, test } from "vitest";
import { aTransaction } from "../../support/builders/events.ts";
import { DECLARED, factsOf, planOf } from "../../support/facts.ts";

const plan = planOf(DECLARED);
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1";

test("a device that contradicts itself is told, with what it contradicts itself in", () => {
  const body = {
    user_agent: IPHONE,
    attributes: { device: { platform: "Win32", touch_points: 0 }, fingerprint: { virtualMachine: true } },
  };
  expect(factsOf(plan, aTransaction({ body })).values).toMatchObject({
    device_is_inconsistent: true,
    device_contradictions: "platform touch",
    device_is_emulator: false,
    device_is_virtual_machine: true,
  });
});

test("device signals are absent when nothing was sent, and never false", () => {
  expect(factsOf(plan, aTransaction({ body: {} })).values).toMatchObject({
    device_is_inconsistent: null,
    device_contradictions: null,
    device_is_emulator: null,
    device_is_virtual_machine: null,
  });
});
