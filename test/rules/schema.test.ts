import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkFeatures } from "../../src/core/features/check.ts";
import { rulesetSchemaText, withOperatorTable } from "../../src/tools/build/ruleset-schema.ts";

const read = (path: string): string => readFileSync(new URL(`../../rules/${path}`, import.meta.url), "utf8");

test("rules/ruleset.schema.json is what `node src/tools/build/ruleset-schema.ts` writes", () => {
  const features = checkFeatures(read("features.json"));
  if (!features.ok) throw new Error(features.error[0]?.message);
  expect(read("ruleset.schema.json")).toBe(rulesetSchemaText(features.value));
});

test("the README's table of operators is what the operators say", () => {
  expect(read("README.md")).toBe(withOperatorTable(read("README.md")));
});
