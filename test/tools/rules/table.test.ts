import { expect, test } from "vitest";
import { tableLines } from "../../../src/tools/rules/table.ts";

test("columns stand below their heads, numbers to the right, what is not there is a dash", () => {
  const rows = [
    ["transfer/R1", 7, null],
    ["C4", 1_200, 0.5],
  ];
  expect(tableLines(["rule", "fired", "share"], rows)).toEqual([
    "rule         fired  share",
    "transfer/R1      7      –",
    "C4            1200    0.5",
  ]);
});

test("no rows, no heads", () => {
  expect(tableLines(["rule"], [])).toEqual([]);
});
