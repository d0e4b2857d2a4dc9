import { expect, test } from "vitest";
import { checkRuleset } from "../../../src/core/rules/check.ts";
import { compileRuleset } from "../../../src/core/rules/compile.ts";
import { allPass, runCases } from "../../../src/core/rules/run-cases.ts";
import { EVERY_TYPE } from "./vocabulary.ts";

const aRule = (id: string, conditions: object, over: object = {}) => ({
  id,
  name: id,
  reason: "r",
  severity: "low",
  score: 50,
  conditions,
  ...over,
});
const PACK = {
  name: "shop",
  rules: [
    aRule("Large", { amount: { gt: 100 } }),
    aRule("Cards", { cards_per_ip_1h: { gte: 4 } }),
    aRule("Night", { hour: 3 }, { mode: "shadow" }),
  ],
};
const checked = checkRuleset([{ name: "shop.json", text: JSON.stringify(PACK) }], EVERY_TYPE);
if (!checked.ok) throw new Error(JSON.stringify(checked.error));
const context = { ruleset: compileRuleset(checked.value, EVERY_TYPE), vocabulary: EVERY_TYPE, currencyExponent: 2 };
const run = (...texts: string[]) =>
  runCases(
    texts.map((text, index) => ({ name: `cases-${index}.json`, text })),
    context,
  );

test("every case of every file is run, and live rules that none lets fire are named", () => {
  const file = (one: object) => JSON.stringify({ ruleset: "shop", cases: [{ name: "n", type: "PAYMENT", ...one }] });
  const report = run(file({ facts: { amount: 101 }, fires: ["Large"] }), file({ facts: { amount: 1 }, fires: ["Large"] }));
  expect(report).toEqual({
    passed: 1,
    failed: 1,
    cases: [
      { file: "cases-0.json", name: "n", failures: [], faults: [] },
      { file: "cases-1.json", name: "n", failures: ["`Large` should be fired, is silent"], faults: [] },
    ],
    faults: [],
    uncovered: ["shop/Cards"],
  });
  expect(allPass(report)).toBe(false);
  expect(allPass(run(file({ facts: { amount: 101 }, fires: ["Large"] })))).toBe(true);
});

test("what a case gets wrong is told with its file, line and column", () => {
  const report = run(
    '{\n  "ruleset": "shop",\n  "cases": [\n    { "name": "a", "type": "PAYMENT",\n      "facts": { "amuont": 1 },\n      "fires": ["Cards", "Lage"] }\n  ]\n}',
  );
  expect(report).toMatchObject({ passed: 0, failed: 1, faults: [] });
  expect(report.cases[0]?.faults).toEqual([
    {
      code: "unknown_rule",
      file: "cases-0.json",
      path: "cases[0].fires[1]",
      line: 6,
      column: 26,
      message: "unknown rule `Lage`; did you mean `Large`?",
    },
    {
      code: "unknown_feature",
      file: "cases-0.json",
      path: "cases[0].facts.amuont",
      line: 5,
      column: 18,
      message: "unknown feature `amuont`; did you mean `amount`?",
    },
  ]);
});

test.each([
  ["no JSON", "{", "syntax", "", 1],
  ["an array", "[]", "wrong_type", "", 1],
  [
    "a misspelt key",
    '{\n"ruleset": "shop", "cases": [{ "name": "n", "type": "PAYMENT", "facts": {}, "fire": [] }] }',
    "unknown_key",
    "cases[0].fire",
    2,
  ],
  [
    "an unknown type",
    '{"ruleset": "shop", "cases": [{ "name": "n", "type": "PAYMNT", "facts": {} }] }',
    "invalid_value",
    "cases[0].type",
    1,
  ],
  ["a pack nobody has", '{"ruleset":\n"shp", "cases": [] }', "unknown_ruleset", "ruleset", 2],
  [
    "one fact twice",
    '{"ruleset": "shop", "cases": [{ "name": "n", "type": "PAYMENT", "facts": {"hour": 1, "hour": 2} }] }',
    "duplicate_key",
    "cases[0].facts.hour",
    1,
  ],
])("a file with %s is a fault of its own", (_, text, code, path, line) => {
  const report = run(text);
  expect(report).toMatchObject({ cases: [], faults: [{ code, path, line, file: "cases-0.json" }] });
  expect(allPass(report)).toBe(false);
});

test("no text makes it throw, hostile ones are faults", () => {
  const caseWith = (facts: string) => `{"ruleset": "shop", "cases": [{ "name": "n", "type": "PAYMENT", "facts": ${facts} }] }`;
  const texts = [
    "",
    "null",
    "[".repeat(100_000),
    '{"ruleset": {}, "cases": {}}',
    '{"ruleset": "shop", "cases": [null, 1, [], {}]}',
    '{"ruleset": "__proto__", "cases": []}',
    caseWith('{"constructor": 1}'),
    caseWith('{"amount": {"toString": 1}}'),
    caseWith('{"amount": 1e999}'),
  ];
  for (const text of texts) expect([text.slice(0, 60), allPass(run(text))]).toEqual([text.slice(0, 60), false]);
});
