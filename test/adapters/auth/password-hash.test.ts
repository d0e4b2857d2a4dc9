import { expect, test } from "vitest";
import { hashPassword, isPasswordOf } from "../../../src/adapters/auth/password-hash.ts";

test("a password belongs to its hash alone, and the hash says how it was made and not what of", () => {
  const stored = hashPassword("correct horse battery staple");
  expect(stored).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$[0-9a-f]{32}\$[0-9a-f]{64}$/);
  expect(stored).not.toContain("horse");
  expect(isPasswordOf("correct horse battery staple", stored)).toBe(true);
  expect(isPasswordOf("correct horse battery stapl", stored)).toBe(false);
});

test("the same password twice has two hashes", () => {
  expect(hashPassword("correct horse battery staple")).not.toBe(hashPassword("correct horse battery staple"));
});

test("a hash of older parameters still works", () => {
  // RFC 7914 §12's third vector has other lengths; this one is of OpenSSL's scrypt.
  const older = "$scrypt$ln=10,r=8,p=1$000102030405060708090a0b0c0d0e0f$c748c7505929341889570635021b87ecdbb2c559646ab1675e344d869d41fde5";
  expect(isPasswordOf("pleaseletmein", older)).toBe(true);
});

test("one password typed on two keyboards is one password", () => {
  expect(isPasswordOf("gr\u00fc\u00dfe aus k\u00f6ln", hashPassword("gru\u0308\u00dfe aus ko\u0308ln"))).toBe(true);
});

test.each([null, "", "plain", "$scrypt$ln=31,r=8,p=1$00$00", `$scrypt$ln=24,r=8,p=1$${"0".repeat(32)}$${"0".repeat(64)}`])(
  "%s is nobody's hash",
  (stored) => {
    expect(isPasswordOf("anything", stored)).toBe(false);
  },
);
