import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkFeatures } from "../../../src/core/features/check.ts";
import { checkRuleset } from "../../../src/core/rules/check.ts";
import { compileRuleset } from "../../../src/core/rules/compile.ts";
import type { Fault } from "../../../src/core/rules/fault.ts";
import { parseRuleset } from "../../../src/core/rules/ruleset.ts";
import { brokenFiles } from "../../support/rules/broken-files.ts";

const read = (path: string): string => readFileSync(new URL(`../../../rules/${path}`, import.meta.url), "utf8");
const features = checkFeatures(read("features.json"));
if (!features.ok) throw new Error(features.error[0]?.message);
const vocabulary = features.value;
const original = read("packs/checkout.json");
const values = vocabulary.slots.map(() => null);

/** What a hostile or careless hand does to a file. */
const mutation: fc.Arbitrary<(text: string) => string> = fc.oneof(
  fc.nat().map((at) => (text: string) => text.slice(0, at % text.length)),
  fc.tuple(fc.nat(), fc.nat({ max: 60 })).map(
    ([at, count]) =>
      (text: string) =>
        text.slice(0, at % text.length) + text.slice((at % text.length) + count),
  ),
  fc
    .tuple(
      fc.nat(),
      fc.constantFrom(
        '"',
        "{",
        "}",
        "[",
        "]",
        ",",
        "null",
        "1e999",
        "-1",
        '"x"',
        "true",
        "/*",
        "\\",
        "\u0000",
        "\ud800",
        '{"__proto__":1},',
      ),
    )
    .map(
      ([at, insert]) =>
        (text: string) =>
          text.slice(0, at % text.length) + insert + text.slice(at % text.length),
    ),
  fc
    .constantFrom('"amount"', '"gte"', '"all"', '"id"', '"conditions"', '"score"', '"name"', "4", "true", '"PAYMENT"')
    .chain((from) =>
      fc
        .constantFrom(
          '"__proto__"',
          '"constructor"',
          '"toString"',
          "[]",
          "{}",
          "null",
          '""',
          "[[]]",
          '"amount"',
          "1e308",
          '{"matches":"(a+)+$"}',
        )
        .map((to) => (text: string) => text.replace(from, to)),
    ),
  fc.constant((text: string) => text.replace('"rules": [', `"rules": [${'{"not":'.repeat(5_000)}`)),
  fc.constant((text: string) => text.repeat(10)),
);

test("no mutation of a ruleset makes the checker throw; what it accepts compiles, what it refuses is placed", () => {
  let refused = 0;
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
      const text = mutations.reduce((before, mutate) => mutate(before), original);
      const checked = checkRuleset([{ name: "checkout.json", text }], vocabulary);
      if (checked.ok) compileRuleset(checked.value, vocabulary).evaluate(values, "PAYMENT");
      else {
        refused++;
        expect(checked.error.length).toBeGreaterThan(0);
        for (const fault of checked.error) expect(fault.line).toBeGreaterThan(0);
      }
    }),
    { numRuns: 500 },
  );
  expect(refused).toBeGreaterThan(150);
}, 60_000);

const BROKEN = ["checkout", "transfer"].flatMap((pack) => brokenFiles(read(`packs/${pack}.json`)).map((file) => ({ pack, ...file })));
const KINDS = [...new Set(BROKEN.map(({ what }) => what))];

test.each(KINDS)("no file that is broken by %s is let through, and each fault is placed", (kind) => {
  for (const { pack, path, text } of BROKEN.filter(({ what }) => what === kind)) {
    const name = `${pack}.json`;
    const checked = checkRuleset([{ name, text }], vocabulary);
    if (checked.ok) throw new Error(`${pack}: ${path} went through`);
    expect(checked.error.length).toBeGreaterThan(0);
    for (const fault of checked.error) expect(fault).toMatchObject({ file: name, line: expect.any(Number), column: expect.any(Number) });
    // A fault names the harm, or what stands around or below it; too deep and no JSON have no path but a place.
    const isAbout = (fault: Fault): boolean => fault.path === "" || fault.path.startsWith(path) || path.startsWith(fault.path);
    expect([path, checked.error.some(isAbout)]).toEqual([path, true]);
    if (path !== "" && kind !== "nested without end")
      expect([path, checked.error.some((fault) => fault.path !== "")]).toEqual([path, true]);
  }
});

test("those are well over five hundred files", () => {
  expect(BROKEN.length).toBeGreaterThan(500);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test("a damaged published ruleset is refused, never thrown on", () => {
  const checked = checkRuleset([{ name: "checkout.json", text: original }], vocabulary);
  if (!checked.ok) throw new Error(checked.error[0]?.message);
  const published = JSON.stringify(checked.value);
  expect(parseRuleset(published)).toEqual({ ok: true, value: checked.value });
  fc.assert(
    fc.property(mutation, (mutate) => {
      const parsed = parseRuleset(mutate(published));
      if (!parsed.ok) expect(parsed.error[0]?.code).toBe("damaged");
    }),
    { numRuns: 200 },
  );
  for (const text of ["", "null", "[]", "{}", "[".repeat(100_000), `{"format":1,"rules":${"[".repeat(100_000)}`])
    expect(parseRuleset(text).ok).toBe(false);
});
