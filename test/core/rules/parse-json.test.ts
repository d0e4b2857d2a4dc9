import fc from "fast-check";
import { expect, test } from "vitest";
import { createCheckContext } from "../../../src/core/rules/check-context.ts";
import { parseJson } from "../../../src/core/rules/parse-json.ts";

function codesOf(text: string): string[] {
  const context = createCheckContext(text);
  const tree = parseJson(text, context);
  return tree === null && context.faults.length === 0 ? ["silent"] : context.faults.map((fault) => fault.code);
}

test("comments, trailing commas and other near-JSON are syntax faults", () => {
  for (const text of ["", "{", "{a:1}", "[1,]", '{"a":1,}', "// x\n{}", "{} x", "'a'", "[01]", "nul", '"a\nb"', "\u00a0{}"])
    expect(codesOf(text)).toEqual(["syntax"]);
});

test("a syntax fault knows its line and column", () => {
  const context = createCheckContext("");
  const text = '{\n  "a": 1\n  "b": 2\n}';
  parseJson(text, { ...context, locate: createCheckContext(text).locate });
  expect(context.faults).toMatchObject([{ code: "syntax", line: 3, column: 3 }]);
});

test("nesting a hundred thousand levels deep is a fault, hidden or not", () => {
  const deep = "[".repeat(100_000);
  for (const text of [deep, `${deep}${"]".repeat(100_000)}`, '{"a":'.repeat(100_000)]) expect(codesOf(text)).toEqual(["too_deep"]);
  for (const text of [`/*"*/${deep}`, `//"\n${deep}`]) expect(codesOf(text)).toEqual(["syntax"]);
  expect(codesOf(`"\n${deep}`)).toEqual(["too_deep"]);
});

test("texts Postgres cannot hold, endless numbers and oversized input are faults", () => {
  expect(codesOf('"\\u0000"')).toEqual(["bad_text"]);
  expect(codesOf('{"\\ud800": 1}')).toEqual(["bad_text"]);
  expect(codesOf("1e999")).toEqual(["bad_number"]);
  expect(codesOf(`"${"x".repeat(2_000)}"`)).toEqual(["too_large"]);
  expect(codesOf(" ".repeat(2_000_001))).toEqual(["too_large"]);
});

test("whatever JSON takes is taken, whatever it refuses is refused, and nothing throws", () => {
  const texts = fc.oneof(fc.json({ maxDepth: 5 }), fc.string(), fc.string({ unit: fc.constantFrom(...'{}[]",:/*\\ \n01e-tru') }));
  fc.assert(
    fc.property(texts, (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      expect(codesOf(text).includes("syntax")).toBe(!isJson);
    }),
    { numRuns: 2_000 },
  );
});
