import { expect, test } from "vitest";
import { createDimensionHash } from "../../../src/core/velocity/dimension-hash.ts";
import { halfSipHash } from "../../../src/core/velocity/half-sip-hash.ts";

/** Bytes 00 01 02 …, two in each code unit, and the key 00 … 07, as in the reference's vectors (halfsiphash with 64 bits of output). */
const KEY = [0x03020100, 0x07060504] as const;
const input = (bytes: number): string => String.fromCharCode(...Array.from({ length: bytes / 2 }, (_, i) => 2 * i + ((2 * i + 1) << 8)));

test.each([
  [0, "218d1f59b9b83cc8"],
  [2, "064f39ef7c50eb57"],
  [4, "d5e78a175be52ea1"],
  [8, "edfee820bce4858c"],
  [62, "f90b3ab572d46693"],
])("%i bytes hash as the reference says", (bytes, expected) => {
  const words = halfSipHash(input(bytes), KEY);
  const hex = words
    .flatMap((word) => [word, word >>> 8, word >>> 16, word >>> 24])
    .map((byte) => (byte & 0xff).toString(16).padStart(2, "0"));
  expect(hex.join("")).toBe(expected);
});

test("the same value hashes differently in another dimension and under another secret", () => {
  const hash = createDimensionHash("one");
  expect(hash.hash32("client", "a")).not.toBe(hash.hash32("dest", "a"));
  expect(hash.hash32("client", "a")).not.toBe(createDimensionHash("two").hash32("client", "a"));
  expect(hash.hash64("email", "a@b.de")).toMatch(/^[0-9a-f]{16}$/);
});
