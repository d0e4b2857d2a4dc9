import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkFeatures } from "../../src/core/features/check.ts";
import { OPERATORS_OF_FEATURES } from "../../src/core/features/document.ts";
import { FEATURE_TYPES } from "../../src/core/features/value.ts";
import { RuleCases, runCase } from "../../src/core/rules/case.ts";
import { checkRuleset, type RulesetFile } from "../../src/core/rules/check.ts";
import { compileRuleset } from "../../src/core/rules/compile.ts";
import { isOperator, operatorsOf } from "../../src/core/rules/operators.ts";
import type { Ruleset } from "../../src/core/rules/ruleset.ts";

const read = (path: string): string => readFileSync(new URL(`../../rules/${path}`, import.meta.url), "utf8");
const README = read("README.md");

interface Example {
  readonly kind: string;
  readonly text: string;
  readonly line: number;
}
const examples: readonly Example[] = [...README.matchAll(/^```json (\w+)\n([\s\S]*?)^```$/gm)].map((match) => ({
  kind: match[1] ?? "",
  text: match[2] ?? "",
  line: README.slice(0, match.index).split("\n").length,
}));
const of = (kind: string): readonly Example[] => examples.filter((example) => example.kind === kind);

function declared(text: string) {
  const checked = checkFeatures(text);
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  return checked.value;
}
const vocabulary = declared(read("features.json"));

function checked(files: readonly RulesetFile[]): Ruleset {
  const ruleset = checkRuleset(files, vocabulary);
  if (!ruleset.ok) throw new Error(JSON.stringify(ruleset.error));
  return ruleset.value;
}

describe("an example of rules/README.md", () => {
  test("is of a kind that is checked below", () => {
    expect([...new Set(examples.map(({ kind }) => kind))].sort()).toEqual(["cases", "condition", "features", "ruleset"]);
    expect(README.match(/^```/gm)).toHaveLength(2 * examples.length);
  });

  test.each(of("ruleset"))("on line $line is a ruleset without a fault", ({ text }) => {
    expect(checked([{ name: "example.json", text }]).rules).toHaveLength(1);
  });

  test("is published with the packs as the text says: its first one beside them", () => {
    const packs = readdirSync(new URL("../../rules/packs/", import.meta.url)).map((name) => ({ name, text: read(`packs/${name}`) }));
    const first = of("ruleset")[0]?.text ?? "";
    expect(checked([...packs, { name: "shop.json", text: first }]).rules.map(({ id }) => id)).toContain("shop/S1");
  });

  test.each(of("condition"))("on line $line is a condition without a fault", ({ text }) => {
    const rule = `{ "id": "X", "name": "x", "reason": "x", "severity": "low", "conditions": ${text} }`;
    expect(checked([{ name: "example.json", text: `{ "name": "x", "rules": [${rule}] }` }]).rules).toHaveLength(1);
  });

  test.each(of("features"))("on line $line declares features beside those there are", ({ text }) => {
    const added = JSON.parse(text) as Record<string, unknown>;
    const all = declared(JSON.stringify({ ...(JSON.parse(read("features.json")) as object), ...added }));
    expect(Object.keys(added).filter((name) => vocabulary.byName.has(name) || !all.byName.has(name))).toEqual([]);
  });

  test.each(of("cases"))("on line $line is a case that passes", ({ text }) => {
    const { ruleset: pack, cases } = RuleCases.parse(JSON.parse(text));
    const ruleset = compileRuleset(checked([{ name: pack, text: read(`packs/${pack}.json`) }]), vocabulary);
    for (const one of cases) expect(runCase(one, { pack, ruleset, vocabulary, currencyExponent: 2 })).toEqual({ ok: true, value: [] });
  });
});

test("the conditions within the text check as well", () => {
  const inText = codes(README.replace(/^```[\s\S]*?^```$/gm, "")).filter((code) => /^\{ "(?!target|atLeast|atMost)/.test(code));
  expect(inText.length).toBeGreaterThan(3);
  const rules = inText.map((text, at) => `{ "id": "X${at}", "name": "x", "reason": "x", "severity": "low", "conditions": ${text} }`);
  expect(checked([{ name: "text.json", text: `{ "name": "x", "rules": [${rules.join()}] }` }]).rules).toHaveLength(inText.length);
});

const codes = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
const rows = README.split("\n").filter((line) => line.startsWith("| "));

test("the table of operators names for every type exactly its operators", () => {
  const threeColumns = rows.map((row) => row.split("|")).filter((cells) => cells.length === 5);
  const table = threeColumns.flatMap(([, operator = "", , types = ""]) => {
    const [name = ""] = codes(operator);
    return isOperator(name) ? [[name, types.includes("every type") ? [...FEATURE_TYPES] : codes(types)] as const] : [];
  });
  for (const type of FEATURE_TYPES)
    expect(table.filter(([, types]) => types.includes(type)).map(([name]) => name)).toEqual(operatorsOf(type));
});

test("the table of features names every operator", () => {
  const kinds = ["history of an entity", "this event", "other features", "what is stored", "what other services say"];
  const table = rows.filter((row) => kinds.some((kind) => row.startsWith(`| ${kind} |`)));
  expect(
    table
      .flatMap(codes)
      .filter((code) => !code.includes('"'))
      .sort(),
  ).toEqual([...OPERATORS_OF_FEATURES].sort());
});
