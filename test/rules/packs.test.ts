import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkFeatures } from "../../src/core/features/check.ts";
import { adviseRuleset } from "../../src/core/rules/advise.ts";
import { checkRuleset } from "../../src/core/rules/check.ts";
import { compileRuleset } from "../../src/core/rules/compile.ts";
import { runCases } from "../../src/core/rules/run-cases.ts";

const ROOT = new URL("../../rules/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), "utf8");

const features = checkFeatures(read("features.json"));
if (!features.ok) throw new Error(JSON.stringify(features.error[0]));
const vocabulary = features.value;
const files = readdirSync(new URL("packs/", ROOT)).map((name) => ({ name, text: read(`packs/${name}`) }));
const checked = checkRuleset(files, vocabulary);

test("the packs check without a fault, published together", () => {
  expect(checked).toMatchObject({ ok: true, value: { files: ["checkout", "transfer"] } });
});

if (checked.ok) {
  const ruleset = compileRuleset(checked.value, vocabulary);
  const cases = readdirSync(new URL("cases/", ROOT)).map((name) => ({ name, text: read(`cases/${name}`) }));
  const report = runCases(cases, { ruleset, vocabulary, currencyExponent: 2 });

  describe("the cases of the packs", () => {
    test("can all be read", () => {
      expect(report.faults).toEqual([]);
      expect(new Set(report.cases.map(({ file }) => file))).toEqual(new Set(cases.map(({ name }) => name)));
    });

    test.each(report.cases)("$file: $name", ({ failures, faults }) => {
      expect({ failures, faults }).toEqual({ failures: [], faults: [] });
    });

    test("let every rule fire", () => {
      expect(report.uncovered).toEqual([]);
    });
  });

  test("nothing in the packs is worth a warning", () => {
    expect(adviseRuleset(checked.value, vocabulary, files)).toEqual([]);
  });

  test("every rule says why it is there", () => {
    expect(ruleset.rules.filter(({ note }) => note === undefined).map(({ id }) => id)).toEqual([]);
  });

  test("only evidence of card testing refuses by itself", () => {
    const refusing = ruleset.rules.filter(({ score, outcome }) => score >= ruleset.policy.blockAt || outcome?.atLeast === "block");
    expect(refusing.map(({ id, reason }) => [id, reason])).toEqual([
      ["checkout/C1", "card_testing"],
      ["checkout/C2", "card_testing"],
    ]);
  });

  test("R1 to R6 have the points of their source", () => {
    const points = Object.fromEntries(ruleset.rules.map(({ id, score }) => [id, score]));
    expect(points).toMatchObject({
      "transfer/R1": 30,
      "transfer/R2": 25,
      "transfer/R3": 20,
      "transfer/R4": 25,
      "transfer/R5": 20,
      "transfer/R6": 30,
      "checkout/R1": 30,
      "checkout/R2": 25,
      "checkout/R3": 20,
      "checkout/R5": 20,
    });
  });
}
