import fc from "fast-check";
import { expect, test } from "vitest";
import { ALPHABET, decode, encode } from "../../../src/core/velocity/alphabet.ts";

test("numbers come back, at any place in a text", () => {
  fc.assert(
    fc.property(fc.nat(85 ** 4 - 1), fc.string(), (value, before) => decode(before + encode(value, 4), before.length, 4) === value),
  );
});

test("texts of one width order as their numbers do", () => {
  fc.assert(fc.property(fc.nat(85 ** 4 - 1), fc.nat(85 ** 4 - 1), (a, b) => a < b === encode(a, 4) < encode(b, 4)));
});

test("JSON leaves every character as it is, also where an encoder is careful about HTML", () => {
  expect(JSON.stringify(ALPHABET)).toHaveLength(ALPHABET.length + 2);
  expect(ALPHABET).not.toMatch(/[<>&'"/\\%`\s]/);
});

test("a number too large for its width becomes the largest that fits", () => {
  expect(decode(encode(1e15, 4), 0, 4)).toBe(85 ** 4 - 1);
});
