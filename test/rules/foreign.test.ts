import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkFeatures } from "../../src/core/features/check.ts";
import type { FeatureType } from "../../src/core/features/value.ts";
import { adviseRuleset } from "../../src/core/rules/advise.ts";
import { checkRuleset } from "../../src/core/rules/check.ts";
import { compileRuleset } from "../../src/core/rules/compile.ts";
import { runCases } from "../../src/core/rules/run-cases.ts";

/** Rules that other systems publish, in our language and our words: Stripe's Radar guide, tirreno's rules, Jube's examples. */
const SYSTEMS = ["radar", "tirreno", "jube"] as const;

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const features = checkFeatures(
  JSON.stringify({
    ...(JSON.parse(read("../../rules/features.json")) as object),
    ...(JSON.parse(read("foreign/features.json")) as object),
  }),
);
if (!features.ok) throw new Error(JSON.stringify(features.error));
const vocabulary = features.value;

const LISTS: ReadonlyMap<string, { readonly type: FeatureType; readonly values: readonly string[] }> = new Map([
  ["tor_exits", { type: "ip", values: ["203.0.113.66"] }],
  ["risky_goods", { type: "text", values: ["gift-card"] }],
  ["watched_recipients", { type: "id", values: ["m-7"] }],
]);
const lists = new Map([...LISTS].map(([name, { type, values }]) => [name, { type, has: (value: string) => values.includes(value) }]));
const files = SYSTEMS.map((name) => ({ name: `${name}.json`, text: read(`foreign/${name}.json`) }));
const checked = checkRuleset(files, vocabulary, { lists: LISTS });

test("the rules of three other systems check without a fault or a warning", () => {
  if (!checked.ok) throw new Error(JSON.stringify(checked.error, null, 1));
  expect(adviseRuleset(checked.value, vocabulary, files)).toEqual([]);
  expect(checked.value.rules.length).toBeGreaterThanOrEqual(30);
});

describe("the cases of", () => {
  test.each(SYSTEMS)("%s pass, and every rule fires in one", (name) => {
    if (!checked.ok) throw new Error("refused");
    const ruleset = compileRuleset(checked.value, vocabulary, { lists });
    const report = runCases([{ name: `${name}.cases.json`, text: read(`foreign/${name}.cases.json`) }], {
      ruleset,
      vocabulary,
      currencyExponent: 2,
    });
    expect(report.faults).toEqual([]);
    expect(report.cases.filter((one) => one.failures.length + one.faults.length > 0)).toEqual([]);
    expect(report.uncovered.filter((id) => id.startsWith(`${name}/`))).toEqual([]);
  });
});
