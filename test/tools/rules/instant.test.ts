import { expect, test } from "vitest";
import { instantOf } from "../../../src/tools/rules/instant.ts";

const NOW_MS = Date.parse("2026-11-21T12:00:00Z");

test.each([
  ["2026-11-01", "ago", "2026-11-01T00:00:00.000Z"],
  ["2026-11-01T08:00:00+01:00", "ago", "2026-11-01T07:00:00.000Z"],
  ["2026-11-01T23:30-02:00", "ago", "2026-11-02T01:30:00.000Z"],
  ["90m", "ago", "2026-11-21T10:30:00.000Z"],
  ["7d", "ahead", "2026-11-28T12:00:00.000Z"],
  ["2w", "ago", "2026-11-07T12:00:00.000Z"],
] as const)("`%s` %s is %s", (text, side, instant) => {
  expect(instantOf("--from", text, side, NOW_MS)).toBe(instant);
});

test.each(["", "yesterday", "2026-11-01T08:00:00", "2026-02-30", "2026-13-01", "7y", "-7d", "1.5h"])("`%s` is no time", (text) => {
  expect(() => instantOf("--from", text, "ago", NOW_MS)).toThrow(expect.objectContaining({ exitCode: 2 }));
});
