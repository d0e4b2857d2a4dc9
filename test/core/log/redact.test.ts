import fc from "fast-check";
import { expect, test } from "vitest";
import { formatApiKey } from "../../../src/core/access/api-key.ts";
import { redactText } from "../../../src/core/log/redact.ts";

test.each([
  ["mail from ann.b@example.org was late", "mail from a***@example.org was late"],
  ["Bearer abc.def-ghi", "Bearer [redacted]"],
  ["connect postgresql://app:hunter2@db.example.org/x failed", "connect postgresql://[redacted]@db.example.org/x failed"],
  ["got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln there", "got [token] there"],
  ["paid with 4111 1111 1111 1111 today", "paid with [card] today"],
  ["paid with 4111-1111-1111-1111", "paid with [card]"],
  ["row 12 4111111111111111 34", "row [card]"],
])("`%s` is written as `%s`", (text, written) => {
  expect(redactText(text)).toBe(written);
});

test.each(["9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d", "192.0.2.4", "2026-11-20T10:30:00.000Z", "order 20261120103000123", "transfer/R1"])(
  "`%s` is no secret",
  (text) => {
    expect(redactText(text)).toBe(text);
  },
);

test("no API key survives, whatever stands around it", () => {
  const bytes = fc.uint8Array({ minLength: 96, maxLength: 96 }).filter((all) => all.filter((byte) => byte < 248).length >= 32);
  fc.assert(
    fc.property(bytes, fc.string(), fc.string(), (random, before, after) => {
      const key = formatApiKey("live", random);
      expect(redactText(`${before} ${key} ${after}`)).not.toContain(key.slice(8));
    }),
  );
});

test("a text is cut, also a hostile one that patterns could dwell on", () => {
  for (const text of ["a@".repeat(100_000), "1 ".repeat(100_000), "://x".repeat(100_000), "eyJ.".repeat(100_000)])
    expect(redactText(text).length).toBeLessThanOrEqual(500);
});
