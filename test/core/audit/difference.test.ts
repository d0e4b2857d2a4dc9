import { expect, test } from "vitest";
import { differenceOf } from "../../../src/core/audit/difference.ts";

test("only fields the editor wanted to write are compared, in order of name", () => {
  expect(differenceOf({ title: "his", tally: 1, tags: ["a"] }, { title: "hers", tally: 1, tags: ["a", "b"], owner: "ann" })).toEqual([
    { field: "tags", yours: ["a"], current: ["a", "b"] },
    { field: "title", yours: "his", current: "hers" },
  ]);
});

test("a field one side does not have is null there; the same value is no difference", () => {
  expect(differenceOf({ limit: 5 }, {})).toEqual([{ field: "limit", yours: 5, current: null }]);
  expect(differenceOf({ limit: null }, {})).toEqual([]);
  expect(differenceOf({ deep: { a: 1 } }, { deep: { a: 1 } })).toEqual([]);
});
