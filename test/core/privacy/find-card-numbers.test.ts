import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findCardNumbers, holdsCardNumber, maskCardNumbers, withoutCardNumbers } from "../../../src/core/privacy/find-card-numbers.ts";

/** The schemes' published test numbers. */
const TEST_CARDS = [
  "4111111111111111",
  "4012888888881881",
  "4222222222222",
  "5555555555554444",
  "5105105105105100",
  "2223003122003222",
  "378282246310005",
  "371449635398431",
  "6011111111111117",
  "6011000990139424",
  "30569309025904",
  "38520000023237",
  "3530111333300000",
  "3566002020360505",
  "6200000000000005",
  "2200000000000004",
] as const;
const RUNS = { numRuns: 100_000 } as const;

const digits = (least: number, most = least) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most }).map((all) => all.join(""));
/** Appends the digit that makes Luhn's sum a multiple of ten, as an IMEI has it. */
function withCheckDigit(text: string): string {
  const sum = [...text].reverse().reduce((total, digit, i) => {
    const doubled = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return text + String((10 - (sum % 10)) % 10);
}

describe("a card number is found", () => {
  test.each(TEST_CARDS)("%s, however it is written and wherever it stands", (card) => {
    const grouped = card.length === 15 ? card.replace(/^(\d{4})(\d{6})/, "$1 $2 ") : card.replace(/\d{4}(?=\d)/g, "$& ");
    const written =
      card.length === 15 || card.length === 16 ? [card, grouped, grouped.replaceAll(" ", "-"), grouped.replaceAll(" ", "\u00a0")] : [card];
    for (const text of written) {
      const around = [
        text,
        ` ${text}\n`,
        `the card ${text}, expired`,
        `{"eq":"${text}"}`,
        `pan=${text}&x=1`,
        `17 ${text}`,
        `${text}.`,
        `卡号 ${text}`,
      ];
      for (const sentence of around) expect({ sentence, isFound: holdsCardNumber(sentence) }).toEqual({ sentence, isFound: true });
    }
    const wide = [...card].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join("");
    expect(holdsCardNumber(wide)).toBe(true);
  });

  test("in values, numbers and keys at any depth: named by its path and never repeated", () => {
    const faults = findCardNumbers({
      a: [{ note: "paid with 4111 1111 1111 1111" }],
      n: 4111111111111111,
      k: { "5555555555554444": 1 },
      fine: "x",
    });
    expect(faults.map(({ path }) => path).sort()).toEqual(["a[0].note", "k", "n"]);
    expect(JSON.stringify(faults)).not.toMatch(/\d{4}/);
  });
});

describe("a card number is cut out", () => {
  test.each([
    ["decision:4012888888881881", "decision:[card]"],
    ["4012 8888 8888 1881", "[card]"],
    ["a 4012-8888-8888-1881 b", "a [card] b"],
    ["4012  8888  8888  1881", "[card]"],
    ["4012 - 8888 - 8888 - 1881", "[card]"],
    ["4012+8888+8888+1881", "[card]"],
    ["/x/4012%208888%208888%201881/y", "/x/[card]/y"],
    ["4012%2D8888%2D8888%2D1881", "[card]"],
    ["4012%2520888888881881 and 4012%25208888%25208888%25201881", "[card]"],
    ["%34%30%31%32%38%38%38%38%38%38%38%38%31%38%38%31", "[card]"],
    ["%ff%34%30%31%32888888881881", "[card]"],
    ["4012\u200b8888\u200b8888\u200b1881", "[card]"],
    ["no card: 4012888888881882", "no card: 4012888888881882"],
    ["100%25 of 12", "100%25 of 12"],
  ])("of %j, which becomes %j", (text, masked) => {
    expect(maskCardNumbers(text)).toBe(masked);
  });

  test("of keys, texts and numbers of a value, and the rest stays", () => {
    const value = { "4012888888881881": 1, n: 4012888888881881, deep: [{ t: "x 4012888888881881" }, null, true, 5], empty: {} };
    expect(withoutCardNumbers(value)).toEqual({ "[card]": 1, n: "[card]", deep: [{ t: "x [card]" }, null, true, 5], empty: {} });
  });

  test("in no more than linear time", () => {
    for (const text of ["%34 ".repeat(50_000), "1 ".repeat(100_000), "1+".repeat(100_000), "-".repeat(200_000), "1%20".repeat(50_000)])
      expect(maskCardNumbers(text).length).toBeLessThanOrEqual(text.length);
  });
});

describe("ordinary numbers pass", () => {
  const passes = (text: string): boolean => !holdsCardNumber(text) && !holdsCardNumber(`seen ${text} twice`);
  test.each([
    ["millisecond timestamps", fc.integer({ min: 1_262_304_000_000, max: 2_208_988_800_000 }).map(String)],
    // Until 2039: after it they begin as the cards of one scheme do.
    ["microsecond timestamps", fc.integer({ min: 1_262_304_000_000_000, max: 2_199_999_999_999_999 }).map(String)],
    // 2015 to 2045 in milliseconds since each service's epoch, shifted by 22 bits.
    ["snowflake ids", fc.bigInt({ min: 300_000_000_000_000_000n, max: 2_900_000_000_000_000_000n }).map(String)],
    // Reporting body identifiers of the GSMA: 01, 35, 86, 91, 99.
    ["IMEIs", fc.tuple(fc.constantFrom("01", "35", "86", "91", "99"), digits(12)).map(([body, rest]) => withCheckDigit(body + rest))],
    [
      "tracking numbers of DHL, UPS and the Universal Postal Union",
      fc.oneof(
        digits(10, 12),
        digits(9).map((n) => `RR${n}DE`),
        digits(8).map((n) => `1Z999AA1${n}`),
      ),
    ],
    [
      "tracking numbers of USPS and SSCCs",
      fc.oneof(
        digits(20).map((n) => `94${n}`),
        digits(18).map((n) => `00${n}`),
      ),
    ],
    ["telephone numbers", digits(9, 14).map((n) => `+49${n}`)],
    ["UUIDs", fc.uuid()],
    ["hashes", fc.array(fc.constantFrom(..."0123456789abcdef"), { minLength: 32, maxLength: 64 }).map((all) => `f${all.join("")}`)],
    ["fractions", fc.double({ min: 0, max: 100, noNaN: true }).map(String)],
  ])("%s", (_, numbers) => {
    fc.assert(fc.property(numbers, passes), RUNS);
  });
});
