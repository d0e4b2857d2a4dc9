import { describe, expect, test } from "vitest";
import { excerptLines } from "../../../src/tools/rules/excerpt.ts";

describe("an excerpt", () => {
  test("shows the line and marks the whole word, number or string at the column", () => {
    expect(excerptLines('{\n  "amout": { "gt": 12.5 }\n}', 2, 3)).toEqual(['  2 |   "amout": { "gt": 12.5 }', "    |   ^^^^^^^"]);
    expect(excerptLines('{ "gt": 12.5 }', 1, 9)[1]).toBe("    |         ^^^^");
    expect(excerptLines("{ } }", 1, 5)[1]).toBe("    |     ^");
  });

  test("cuts a long line around the mark", () => {
    const line = `${"x ".repeat(200)}"here"${" y".repeat(200)}`;
    const [shown = "", mark = ""] = excerptLines(line, 1, line.indexOf('"here"') + 1);
    expect(shown.length).toBeLessThan(135);
    expect(shown).toMatch(/ \| ….*"here".*…$/);
    expect(shown.slice(mark.indexOf("^"), mark.lastIndexOf("^") + 1)).toBe('"here"');
  });

  test("keeps the mark below its place after a tab, and lets no control character through", () => {
    const [shown = "", mark = ""] = excerptLines('\t\u001b[2J"a": 1\r\n', 1, 6);
    expect(shown).toBe('  1 |   [2J"a": 1');
    expect(mark.indexOf("^")).toBe(shown.indexOf('"a"'));
  });

  test("is nothing where there is nothing to show: an empty line, a line that is not there", () => {
    expect(excerptLines("a\n\nb", 2, 1)).toEqual([]);
    expect(excerptLines("a", 9, 1)).toEqual([]);
  });

  test("marks the end of the text, where something is missing", () => {
    expect(excerptLines('{ "a": ', 1, 8)).toEqual(['  1 | { "a":', "    |        ^"]);
  });
});
