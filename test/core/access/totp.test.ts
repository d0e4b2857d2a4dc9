import { expect, test } from "vitest";
import { fromBase32, matchTotp, newRecoveryCodes, readCode, toBase32, totpCode, totpStep, totpUri } from "../../../src/core/access/totp.ts";

const SECRET = new Uint8Array(new TextEncoder().encode("12345678901234567890"));

test.each([
  [59, "94287082"],
  [1_111_111_109, "07081804"],
  [1_111_111_111, "14050471"],
  [1_234_567_890, "89005924"],
  [2_000_000_000, "69279037"],
  [20_000_000_000, "65353130"],
])("at %s s the code is %s (RFC 6238, appendix B)", async (seconds, code) => {
  expect(await totpCode(SECRET, totpStep(seconds * 1_000), 8)).toBe(code);
  expect(await totpCode(SECRET, totpStep(seconds * 1_000))).toBe(code.slice(2));
});

test("a code is good one step early and one step late, and no further", async () => {
  const nowMs = Date.parse("2026-11-30T12:00:00Z");
  const now = totpStep(nowMs);
  for (const skew of [-3, -2, -1, 0, 1, 2, 3]) {
    const step = await matchTotp(SECRET, await totpCode(SECRET, now + skew), { nowMs, lastStep: null });
    expect(step).toBe(Math.abs(skew) <= 1 ? now + skew : null);
  }
});

test("a code is not good again, nor is an older one", async () => {
  const nowMs = Date.parse("2026-11-30T12:00:00Z");
  const now = totpStep(nowMs);
  expect(await matchTotp(SECRET, await totpCode(SECRET, now), { nowMs, lastStep: now })).toBeNull();
  expect(await matchTotp(SECRET, await totpCode(SECRET, now - 1), { nowMs, lastStep: now })).toBeNull();
  expect(await matchTotp(SECRET, await totpCode(SECRET, now + 1), { nowMs, lastStep: now })).toBe(now + 1);
});

test("Base32 is that of RFC 4648 and reads back", () => {
  const encoded = { f: "MY", fo: "MZXQ", foo: "MZXW6", foob: "MZXW6YQ", fooba: "MZXW6YTB", foobar: "MZXW6YTBOI" };
  for (const [text, base32] of Object.entries(encoded)) {
    expect(toBase32(new TextEncoder().encode(text))).toBe(base32);
    expect(new TextDecoder().decode(fromBase32(base32))).toBe(text);
  }
  expect(() => fromBase32("MZXW1")).toThrow("Base32");
});

test("codes are read as people type them, and anything else is none", () => {
  expect(readCode(" 123 456 ")).toEqual({ kind: "totp", code: "123456" });
  expect(readCode("ABCDE-fghij")).toEqual({ kind: "recovery", code: "abcdefghij" });
  for (const text of ["", "12345", "1234567", "abcde-fghi", "abcde-fghi0", "１２３４５６"]) expect(readCode(text)).toBeNull();
});

test("ten recovery codes are of the form that is read", () => {
  const codes = newRecoveryCodes((length) => crypto.getRandomValues(new Uint8Array(length)));
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(readCode(code)?.kind).toBe("recovery");
});

test("the address for the app names issuer and user", () => {
  expect(totpUri("MZXW6", "ann@example.com")).toBe(
    "otpauth://totp/Tollgate%3Aann%40example.com?secret=MZXW6&issuer=Tollgate&algorithm=SHA1&digits=6&period=30",
  );
});
