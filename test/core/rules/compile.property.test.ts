import fc from "fast-check";
import { expect, test } from "vitest";
import { checkRuleset } from "../../../src/core/rules/check.ts";
import { compileRuleset } from "../../../src/core/rules/compile.ts";
import { parseRuleset } from "../../../src/core/rules/ruleset.ts";
import { facts, LISTS, rulesets, VOCABULARY } from "../../support/rules/arbitrary.ts";
import { type Json, naiveVerdict } from "../../support/rules/naive.ts";

const CHECK_LISTS = new Map([
  ["known", { type: "ip" as const }],
  ["not_loaded", { type: "ip" as const }],
]);
const LOADED = new Map([...LISTS].map(([name, values]) => [name, { type: "ip" as const, has: (value: string) => values.has(value) }]));

function compile(define: Record<string, Json>, conditions: readonly Json[]) {
  // In shadow, since a live rule that contradicts itself is refused.
  const base = { name: "n", reason: "r", severity: "low", mode: "shadow" };
  const rules = conditions.map((condition, index) => ({ ...base, id: `R${index}`, conditions: condition }));
  const text = JSON.stringify({ name: "p", define, rules });
  const checked = checkRuleset([{ name: "p.json", text }], VOCABULARY, { lists: CHECK_LISTS });
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  const published = parseRuleset(JSON.stringify(checked.value));
  if (!published.ok) throw new Error(JSON.stringify(published.error));
  return compileRuleset(published.value, VOCABULARY, { lists: LOADED });
}

test("a compiled ruleset comes to what a naive reading of the document comes to", () => {
  const seen = { fired: 0, unknown: 0, neither: 0 };
  fc.assert(
    fc.property(rulesets, fc.array(facts, { minLength: 5, maxLength: 15 }), ({ define, conditions }, events) => {
      const compiled = compile(define, conditions);
      for (const values of events) {
        const verdicts = conditions.map((condition) => naiveVerdict(condition, { vocabulary: VOCABULARY, values, define, lists: LISTS }));
        const indexesOf = (wanted: boolean | null) => [...verdicts.keys()].filter((index) => verdicts[index] === wanted);
        const { fired, unknown } = compiled.evaluate(values, "PAYMENT");
        expect({ fired, unknown }).toEqual({ fired: indexesOf(true), unknown: indexesOf(null) });
        seen.fired += fired.length;
        seen.unknown += unknown.length;
        seen.neither += conditions.length - fired.length - unknown.length;
      }
    }),
    { numRuns: 250 },
  );
  // The generator must keep reaching all three verdicts, or the comparison says nothing.
  const total = seen.fired + seen.unknown + seen.neither;
  expect(Math.min(seen.fired, seen.unknown, seen.neither) / total).toBeGreaterThan(0.1);
}, 60_000);

test("an explanation comes to the same verdict, and an unknown rule always names what was missing", () => {
  fc.assert(
    fc.property(rulesets, facts, ({ define, conditions }, values) => {
      const compiled = compile(define, conditions);
      const { fired, unknown } = compiled.evaluate(values, "DEBIT");
      compiled.rules.forEach((rule, index) => {
        const told = compiled.explain(rule, values).verdict;
        expect(told).toBe(fired.includes(index) ? "true" : unknown.includes(index) ? "unknown" : "false");
        expect(compiled.missing(rule, values).length > 0).toBe(told === "unknown");
      });
    }),
    { numRuns: 100 },
  );
}, 60_000);
