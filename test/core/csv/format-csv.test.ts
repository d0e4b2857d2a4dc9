import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatCsv } from "../../../src/core/csv/format-csv.ts";

test("a reader of RFC 4180 gets back every cell, formulas with an apostrophe in front", () => {
  const rows = fc.array(fc.array(fc.string({ unit: "grapheme" }), { minLength: 2, maxLength: 2 }));
  fc.assert(
    fc.property(rows, (cells) => {
      const expected = cells.map((row) => row.map((cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell)));
      expect(parse(formatCsv(["a", "b"], cells), { record_delimiter: "\r\n" })).toEqual([["a", "b"], ...expected]);
    }),
  );
});

test("numbers, booleans and nothing are written plainly", () => {
  expect(formatCsv(["n", "b", "x"], [[-1.5, true, null]])).toBe("n,b,x\r\n-1.5,true,\r\n");
});
