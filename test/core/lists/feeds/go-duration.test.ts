import { expect, test } from "vitest";
import { parseGoDuration } from "../../../../src/core/lists/feeds/parse-crowdsec.ts";

test.each([
  ["3h59m49.5s", 14_389_500],
  ["36h", 129_600_000],
  ["1m", 60_000],
  ["250ms", 250],
  ["1h0m0.000001s", 3_600_000.001],
  ["500us", 0.5],
  ["-1h3m", -3_780_000],
])("%s is %d ms", (text, ms) => {
  expect(parseGoDuration(text)).toBeCloseTo(ms, 6);
});

test.each(["", "-", "5", "h", "1d", "1h ", "1.h", "h1", "1e3s", "--1h"])("%j is no duration", (text) => {
  expect(parseGoDuration(text)).toBeNull();
});
