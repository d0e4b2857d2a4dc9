import fc from "fast-check";
import { expect, test } from "vitest";
import { decryptFile, encryptedSize, encryptFile } from "../../../src/core/evidence/file-cipher.ts";
import { inspectFile } from "../../../src/core/evidence/inspect-file.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
/** What a file of that text is refused for when it comes in parts of some size. */
function verdictOn(text: string, partBytes: number): string | null {
  const bytes = utf8(text);
  const inspector = inspectFile("text/plain", bytes.length);
  for (let at = 0; at < bytes.length; at += partBytes) {
    const fault = inspector.take(bytes.subarray(at, at + partBytes));
    if (fault !== null) return fault;
  }
  return inspector.end();
}

test("a card number is found wherever the parts of a file cut it", () => {
  const text = `${"word ".repeat(60)}my card is 4111 1111 1111 1111, thank you. ${"word ".repeat(60)}`;
  for (let size = 1; size < 80; size++) expect(verdictOn(text, size)).toBe("card_number");
});

test("times, snowflake ids, IMEIs and tracking numbers pass, 10^5 of them", () => {
  const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
  const luhn = (body: string): string => {
    const sum = [...body]
      .reverse()
      .reduce(
        (total, digit, i) => total + (i % 2 === 0 ? ((Number(digit) * 2) % 10) + Math.floor((Number(digit) * 2) / 10) : Number(digit)),
        0,
      );
    return `${body}${(10 - (sum % 10)) % 10}`;
  };
  const ordinary = fc.oneof(
    fc.integer({ min: 1_500_000_000_000, max: 1_999_999_999_999 }).map(String),
    fc.bigInt({ min: 100_000_000_000_000_000n, max: 2_100_000_000_000_000_000n }).map(String),
    digits(12).map((rest) => luhn(`35${rest}`)),
    digits(12).map((rest) => luhn(`86${rest}`)),
    digits(16).map((rest) => `1Z${rest}`),
    digits(20).map((rest) => `92${rest}`),
    digits(18).map((rest) => `JJD${rest}`),
    digits(12),
    digits(9).map((rest) => `RR${rest}CN`),
  );
  const wrong = fc.sample(ordinary, { numRuns: 100_000, seed: 1 }).filter((id) => verdictOn(`parcel ${id} arrived`, 1_000) !== null);
  expect(wrong).toEqual([]);
});

test("a file that is not what it says, or shorter or longer, is told apart", () => {
  const verdict = (type: "image/png" | "text/plain", bytes: Uint8Array, size = bytes.length) => {
    const inspector = inspectFile(type, size);
    return inspector.take(bytes) ?? inspector.end();
  };
  expect(verdict("image/png", utf8("<svg>"))).toBe("other_content");
  expect(verdict("text/plain", utf8("hello"), 4)).toBe("too_long");
  expect(verdict("text/plain", utf8("hello"), 6)).toBe("too_short");
  expect(verdict("text/plain", Uint8Array.of(0xff, 0xfe))).toBe("not_text");
  expect(verdict("text/plain", Uint8Array.of(0x61, 0xe4, 0xbd))).toBe("not_text");
});

async function* inParts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function joined(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}
const key = crypto.getRandomValues(new Uint8Array(32));

test.each([0, 1, 65_535, 65_536, 65_537, 200_000])("%i bytes are read as they were written, whatever the parts", async (size) => {
  const bytes = crypto.getRandomValues(new Uint8Array(65_536)).subarray(0, Math.min(size, 65_536));
  const file = Buffer.concat(Array.from({ length: Math.ceil(size / 65_536) }, () => bytes)).subarray(0, size);
  const sealed = await joined(encryptFile(key, "f", inParts(file, 10_007)));
  expect(sealed.length).toBe(encryptedSize(size));
  expect(await joined(decryptFile(key, "f", inParts(sealed, 7_001)))).toEqual(Buffer.from(file));
});

test("a file that was cut, reordered, changed or belongs to another is not read", async () => {
  const sealed = await joined(encryptFile(key, "f", inParts(new Uint8Array(150_000), 50_000)));
  const chunk = 65_536 + 16;
  const changed = Uint8Array.from(sealed);
  changed[100] = (changed[100] ?? 0) ^ 1;
  const swapped = Buffer.concat([sealed.subarray(chunk, 2 * chunk), sealed.subarray(0, chunk), sealed.subarray(2 * chunk)]);
  for (const bad of [sealed.subarray(0, chunk), sealed.subarray(0, 2 * chunk), changed, swapped])
    await expect(joined(decryptFile(key, "f", inParts(bad, 9_000)))).rejects.toThrow();
  await expect(joined(decryptFile(key, "g", inParts(sealed, 9_000)))).rejects.toThrow();
});
