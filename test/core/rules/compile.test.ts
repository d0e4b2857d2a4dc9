import { expect, test } from "vitest";
import type { FeatureValue } from "../../../src/core/features/value.ts";
import { checkRuleset } from "../../../src/core/rules/check.ts";
import { compileRuleset } from "../../../src/core/rules/compile.ts";
import { EVERY_TYPE } from "./vocabulary.ts";

const LISTS = new Map([["trusted", { type: "ip" as const }]]);

function compile(rules: readonly object[], define: object = {}, lists: Parameters<typeof compileRuleset>[2] = {}) {
  const base = { name: "A rule", reason: "r", severity: "low" };
  const text = JSON.stringify({ name: "p", define, rules: rules.map((rule, index) => ({ ...base, id: `R${index}`, ...rule })) });
  const checked = checkRuleset([{ name: "p.json", text }], EVERY_TYPE, { lists: LISTS });
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  return compileRuleset(checked.value, EVERY_TYPE, lists);
}
/** Values by name; what is not named is absent. */
const facts = (given: Record<string, FeatureValue>): FeatureValue[] =>
  EVERY_TYPE.slots.map(({ name }) => (Object.hasOwn(given, name) ? given[name] : null));
const first = (ruleset: ReturnType<typeof compile>, given: Record<string, FeatureValue>): string => {
  const { fired, unknown } = ruleset.evaluate(facts(given), "PAYMENT");
  return fired.includes(0) ? "fired" : unknown.includes(0) ? "unknown" : "silent";
};

test("rules act on the types they name; transaction means every transaction type and nothing else", () => {
  const conditions = { hour: 1 };
  const ruleset = compile([{ conditions }, { conditions, on: ["login"] }, { conditions, on: ["DEBIT", "click"] }]);
  const fired = (kind: Parameters<typeof ruleset.evaluate>[1]) => ruleset.evaluate(facts({ hour: 1 }), kind).fired;
  expect(fired("PAYMENT")).toEqual([0]);
  expect(fired("DEBIT")).toEqual([0, 2]);
  expect(fired("login")).toEqual([1]);
  expect(fired("click")).toEqual([2]);
  expect(fired("payment")).toEqual([]);
});

test("shadow rules are evaluated, rules that are off are not", () => {
  const conditions = { hour: 1 };
  const ruleset = compile([{ conditions, mode: "off" }, { conditions, mode: "shadow" }, { conditions }]);
  expect(ruleset.evaluate(facts({ hour: 1 }), "PAYMENT").fired).toEqual([1, 2]);
});

test("comparisons with absent and missing are unknown, ne and notIn included, and so is their negation", () => {
  for (const conditions of [
    { amount: { gt: 1 } },
    { card_country: { ne: "DE" } },
    { client_id: { notIn: ["a"] } },
    { not: { amount: 5 } },
  ]) {
    const ruleset = compile([{ conditions }]);
    expect(first(ruleset, {})).toBe("unknown");
    expect(first(ruleset, { amount: undefined, card_country: undefined, client_id: undefined })).toBe("unknown");
  }
});

test("exists is false on absent and unknown on missing", () => {
  const ruleset = compile([{ conditions: { amount: { exists: true } } }]);
  expect(first(ruleset, { amount: 0 })).toBe("fired");
  expect(first(ruleset, {})).toBe("silent");
  expect(first(ruleset, { amount: undefined })).toBe("unknown");
});

test("all is false with any false, any is true with any true, whatever else is unknown", () => {
  const all = compile([{ conditions: { all: [{ amount: { gt: 1 } }, { hour: 3 }] } }]);
  expect(first(all, { hour: 4 })).toBe("silent");
  expect(first(all, { hour: 3 })).toBe("unknown");
  const any = compile([{ conditions: { any: [{ amount: { gt: 1 } }, { hour: 3 }] } }]);
  expect(first(any, { hour: 3 })).toBe("fired");
  expect(first(any, { hour: 4 })).toBe("unknown");
});

test("`or` stands in for an absent value, never for a missing one", () => {
  const ruleset = compile([{ conditions: { cards_per_ip_1h: { lt: 1, or: 0 } } }]);
  expect(first(ruleset, {})).toBe("fired");
  expect(first(ruleset, { cards_per_ip_1h: undefined })).toBe("unknown");
  const operand = compile([{ conditions: { amount: { gt: { feature: "amount_mean_30d", times: 2, or: 10 } } } }]);
  expect(first(operand, { amount: 2_001 })).toBe("fired");
  expect(first(operand, { amount: 2_000 })).toBe("silent");
});

test("two different texts that no rule names are different", () => {
  const ruleset = compile([{ conditions: { card_country: { ne: { feature: "billing_country" } } } }]);
  expect(first(ruleset, { card_country: "SE", billing_country: "NO" })).toBe("fired");
  expect(first(ruleset, { card_country: "SE", billing_country: "SE" })).toBe("silent");
});

test("a number in a text and a text in a number are neither equal nor unequal: nothing is coerced", () => {
  expect(first(compile([{ conditions: { client_id: "5" } }]), { client_id: 5 })).toBe("unknown");
  expect(first(compile([{ conditions: { cards_per_ip_1h: 5 } }]), { cards_per_ip_1h: "5" })).toBe("unknown");
});

test("a list decides once it is loaded, and is unknown before", () => {
  const loaded = new Map<string, { type: "ip"; has: (value: string) => boolean }>();
  const ruleset = compile([{ conditions: { not: { ip: { inList: "trusted" } } } }], {}, { lists: loaded });
  const rule = ruleset.rules[0];
  if (rule === undefined) throw new Error("no rule");
  expect(first(ruleset, { ip: "192.0.2.9" })).toBe("unknown");
  expect(ruleset.missing(rule, facts({ ip: "192.0.2.9" }))).toEqual(["list:trusted"]);
  loaded.set("trusted", { type: "ip", has: (value) => value === "192.0.2.1" });
  expect(first(ruleset, { ip: "192.0.2.9" })).toBe("fired");
  expect(first(ruleset, { ip: "192.0.2.1" })).toBe("silent");
});

test("networks hold addresses of their own family, to the bit", () => {
  const ruleset = compile([{ conditions: { ip: { cidr: ["192.0.2.128/25", "2001:db8:1::/47", "::ffff:203.0.113.0/124"] } } }]);
  for (const ip of ["192.0.2.128", "192.0.2.255", "2001:db8:0:ffff::1", "2001:db8:1::9", "203.0.113.15"])
    expect([ip, first(ruleset, { ip })]).toEqual([ip, "fired"]);
  for (const ip of ["192.0.2.127", "2001:db8:2::", "203.0.113.16", "::1"]) expect([ip, first(ruleset, { ip })]).toEqual([ip, "silent"]);
});

test("an expression that would take a backtracking engine for ever is decided at once", () => {
  const ruleset = compile([{ conditions: { user_agent: { matches: "^(a+)+$" } } }]);
  expect(first(ruleset, { user_agent: `${"a".repeat(5_000)}!` })).toBe("silent");
  expect(first(ruleset, { user_agent: "aaa" })).toBe("fired");
});

test("an explanation shows what each test saw, in the rules' own units", () => {
  const define = { late: { hour: { gte: 22 } } };
  const ruleset = compile(
    [{ conditions: { late: true, amount: { gt: { feature: "amount_mean_30d", times: 5 } }, card_country: "de" } }],
    define,
  );
  const rule = ruleset.rules[0];
  if (rule === undefined) throw new Error("no rule");
  expect(ruleset.explain(rule, facts({ hour: 23, amount: 12_990, card_country: undefined }))).toEqual({
    kind: "all",
    verdict: "unknown",
    of: [
      {
        kind: "define",
        name: "p/late",
        verdict: "true",
        of: [
          {
            kind: "test",
            feature: "hour",
            operator: "gte",
            verdict: "true",
            saw: { state: "present", value: 23 },
            against: 22,
            path: "define.late.hour.gte",
          },
        ],
      },
      {
        kind: "test",
        feature: "amount",
        operator: "gt",
        verdict: "unknown",
        saw: { state: "present", value: 129.9 },
        against: { feature: "amount_mean_30d", state: "absent", value: null, times: 5 },
        path: "rules[0].conditions.amount.gt",
      },
      {
        kind: "test",
        feature: "card_country",
        operator: "eq",
        verdict: "unknown",
        saw: { state: "missing", value: null },
        against: "DE",
        path: "rules[0].conditions.card_country",
      },
    ],
  });
  expect(ruleset.missing(rule, facts({ hour: 23, amount: 12_990, card_country: undefined }))).toEqual(["amount_mean_30d", "card_country"]);
  expect(ruleset.namesReadBy("p/R0")).toEqual(["hour", "amount", "amount_mean_30d", "card_country"]);
});

test("an explanation shows value and verdict of lists and networks too, and of a list that is not loaded", () => {
  const loaded = new Map([["trusted", { type: "ip" as const, has: (value: string) => value === "192.0.2.1" }]]);
  const conditions = { any: [{ ip: { inList: "trusted" } }, { not: { ip: { cidr: ["198.51.100.0/24"] } } }] };
  const see = (lists: typeof loaded) => {
    const ruleset = compile([{ conditions }], {}, { lists });
    const rule = ruleset.rules[0];
    if (rule === undefined) throw new Error("no rule");
    return ruleset.explain(rule, facts({ ip: "198.51.100.7" }));
  };
  const saw = { state: "present", value: "198.51.100.7" };
  expect(see(loaded)).toMatchObject({
    kind: "any",
    verdict: "false",
    of: [
      { operator: "inList", verdict: "false", saw, against: "trusted" },
      { kind: "not", verdict: "false", of: [{ operator: "cidr", verdict: "true", saw, against: ["198.51.100.0/24"] }] },
    ],
  });
  expect(see(new Map())).toMatchObject({ verdict: "unknown", of: [{ operator: "inList", verdict: "unknown", saw }, { verdict: "false" }] });
});

test("a ruleset that reads a name the features do not declare does not compile", () => {
  const checked = checkRuleset(
    [
      {
        name: "p",
        text: '{"name":"p","rules":[{"id":"R","name":"n","reason":"r","severity":"low","mode":"off","conditions":{"hour":1}}]}',
      },
    ],
    EVERY_TYPE,
  );
  if (!checked.ok) throw new Error("refused");
  expect(() => compileRuleset(checked.value, { slots: [], byName: new Map() })).toThrow("`hour`, which is not declared");
});
