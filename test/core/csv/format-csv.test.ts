import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatCsv } from "../../../src/core/csv/format-csv.ts";

const cellOf = (text: string): string => parse(formatCsv(["a"], [[text]]), { record_delimiter: "\r\n" })[1]?.[0] ?? "";

test.each([
  ["=1+1", "'=1+1"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\tx", "'\tx"],
  ["\rx", "'\rx"],
  ["\nx", "'\nx"],
  ["\n=1+1", "'\n'=1+1"],
  ["\r\n=1+1", "'\r'\n'=1+1"],
  [" =1+1", "' =1+1"],
  ["\u00a0\u3000=1+1", "'\u00a0\u3000=1+1"],
  ["\ufeff=1+1", "'\ufeff=1+1"],
  ["\u200b@x", "'\u200b@x"],
  [";=1+1", ";'=1+1"],
  ["shoes; =HYPERLINK(1)", "shoes;' =HYPERLINK(1)"],
  ["a\n=1+1", "a\n'=1+1"],
  ["a\t@x", "a\t'@x"],
  ["＝1+1", "'＝1+1"],
  ["＋1", "'＋1"],
  ["－1", "'－1"],
  ["＠x", "'＠x"],
])("%j is written as %j", (text, written) => {
  expect(cellOf(text)).toBe(written);
});

test.each(["", "shoes", "a=b", "1;2", "a, b", "ann@example.org", "x\ny", '"=1"', " spaced "])("%j is written as it is", (text) => {
  expect(cellOf(text)).toBe(text);
});

test("a reader of RFC 4180 gets back every cell but for apostrophes, and no cell begins a formula, whatever splits it", () => {
  const alphabet = fc.constantFrom(..."=+-@;\t\r\n ,'\"ab＝＠\u00a0\ufeff".split(""));
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.array(alphabet, { maxLength: 8 }).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 2 })), (cells) => {
      const read: string[][] = parse(formatCsv(["a", "b"], cells), { record_delimiter: "\r\n" }).slice(1);
      expect(read.map((row) => row.map((cell) => cell.replaceAll("'", "")))).toEqual(
        cells.map((row) => row.map((cell) => cell.replaceAll("'", ""))),
      );
      for (const cell of read.flat())
        for (const part of cell.split(/[;\t\r\n]/)) expect(part.normalize("NFKC")).not.toMatch(/^[\s\p{Cc}\p{Cf}]*[=+\-@]/u);
    }),
    { numRuns: 2_000 },
  );
});

test("every character that Unicode folds into a formula's sign is one", () => {
  for (let code = 0; code < 0x11_0000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const text = String.fromCodePoint(code);
    if (/^[=+\-@]/.test(text.normalize("NFKC"))) expect(cellOf(`${text}1`)).toMatch(/^'/);
  }
});

test("numbers, booleans and nothing are written plainly", () => {
  expect(formatCsv(["n", "b", "x"], [[-1.5, true, null]])).toBe("n,b,x\r\n-1.5,true,\r\n");
});
