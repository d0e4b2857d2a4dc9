import { expect, test } from "vitest";
import { diffSources } from "../../../src/core/rules/diff.ts";
import { differenceLines, differenceSummary } from "../../../src/tools/rules/show-difference.ts";

const rule = (id: string, more: object = {}) => ({ id, name: id, reason: "r", severity: "low", conditions: { hour: 1 }, ...more });
const sources = (rules: readonly object[], more: object = {}, features: object = {}) => ({
  files: [{ name: "p.json", text: JSON.stringify({ name: "p", rules, ...more }) }],
  cases: [],
  features: JSON.stringify(features),
});

test("an added rule is shown whole, a removed one named, a changed one field by field, a moved one as that", () => {
  const from = sources([rule("A"), rule("B"), rule("C"), rule("D")]);
  const to = sources([rule("B"), rule("A", { score: 30 }), rule("D"), rule("E", { mode: "shadow" })]);
  expect(differenceLines(diffSources(from, to))).toEqual([
    "> rule p/B (order)",
    "~ rule p/A",
    "      score: (none) → 30",
    "+ rule p/E",
    '      conditions: {"hour":1}',
    '      mode: "shadow"',
    '      name: "E"',
    '      reason: "r"',
    '      severity: "low"',
    "- rule p/C",
  ]);
});

test("policy, defines, features and whitelist are told as what they are", () => {
  const from = sources([], { policy: { blockAt: 80 }, define: { night: { hour: 1 } }, whitelist: [{ value: "a" }] }, { f: { op: "x" } });
  const to = sources([], { policy: { blockAt: 70 }, define: { night: { hour: 2 } }, whitelist: [{ value: "b" }] }, { g: { op: "y" } });
  const difference = diffSources(from, to);
  expect(differenceLines(difference)).toEqual([
    "~ policy",
    "      blockAt: 80 → 70",
    "~ define p/night",
    '    - {"hour":1}',
    '    + {"hour":2}',
    "+ feature g",
    '      {"op":"y"}',
    "- feature f",
    '- whitelist {"value":"a"}',
    '+ whitelist {"value":"b"}',
  ]);
  expect(differenceSummary(difference)).toBe("the policy, 1 define, 2 features, the whitelist differ");
});

test("one difference is one, and none is said", () => {
  expect(differenceSummary(diffSources(sources([rule("A")]), sources([])))).toBe("1 rule differs");
  expect(differenceSummary(diffSources(sources([]), sources([])))).toBe("nothing differs");
});
