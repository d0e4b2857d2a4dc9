import { expect, test } from "vitest";
import { GATE_MODES } from "../../../src/core/gate/mode.ts";
import { treat } from "../../../src/core/gate/treatment.ts";

test.each([
  ["monitor", "block", "note", "note"],
  ["monitor", "challenge", "note", "note"],
  ["challenge", "block", "challenge", "refuse"],
  ["challenge", "challenge", "challenge", "note"],
  ["enforce", "block", "refuse", "refuse"],
  ["enforce", "challenge", "challenge", "note"],
  ["off", "block", "pass", "pass"],
] as const)("mode %s makes of %s: %s; without a challenge to pose: %s", (mode, verdict, posing, without) => {
  expect(treat(mode, verdict, true)).toBe(posing);
  expect(treat(mode, verdict, false)).toBe(without);
});

test.each(GATE_MODES)("mode %s lets everyone else pass", (mode) => {
  for (const canChallenge of [true, false]) {
    expect(treat(mode, "none", canChallenge)).toBe("pass");
    expect(treat(mode, "allow", canChallenge)).toBe("pass");
  }
});
