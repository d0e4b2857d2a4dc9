import fc from "fast-check";
import { expect, test } from "vitest";
import { checkRuleset } from "../../../src/core/rules/check.ts";
import { compileRuleset } from "../../../src/core/rules/compile.ts";
import { createTruthFinder } from "../../../src/core/rules/satisfiable.ts";
import { facts, rulesets, VOCABULARY } from "../../support/rules/arbitrary.ts";

const LISTS = new Map([
  ["known", { type: "ip" as const }],
  ["not_loaded", { type: "ip" as const }],
]);

test("no facts ever make true, or false, what is called impossible", () => {
  let impossible = 0;
  fc.assert(
    fc.property(rulesets, fc.array(facts, { minLength: 20, maxLength: 20 }), ({ define, conditions }, events) => {
      const base = { name: "n", reason: "r", severity: "low", mode: "shadow" };
      const rules = conditions.map((condition, index) => ({ ...base, id: `R${index}`, conditions: condition }));
      const checked = checkRuleset([{ name: "p.json", text: JSON.stringify({ name: "p", define, rules }) }], VOCABULARY, { lists: LISTS });
      if (!checked.ok) throw new Error(JSON.stringify(checked.error));
      const defines = new Map(checked.value.defines.map(({ name, condition }) => [name, condition]));
      const finder = createTruthFinder({ defines, vocabulary: VOCABULARY });
      const never = checked.value.rules.map(({ condition }) => !finder.canBe(condition, true));
      const always = checked.value.rules.map(({ condition }) => !finder.canBe(condition, false));
      impossible += never.filter(Boolean).length;
      const loaded = new Map([["known", { type: "ip" as const, has: (value: string) => value === "192.0.2.1" }]]);
      const compiled = compileRuleset(checked.value, VOCABULARY, { lists: loaded });
      for (const values of events) {
        const { fired, unknown } = compiled.evaluate(values, "PAYMENT");
        for (const index of fired) expect(never[index]).toBe(false);
        for (const index of conditions.keys()) if (!fired.includes(index) && !unknown.includes(index)) expect(always[index]).toBe(false);
      }
    }),
    { numRuns: 60 },
  );
  // Random conditions contradict themselves now and then, or this says nothing.
  expect(impossible).toBeGreaterThan(20);
}, 60_000);
