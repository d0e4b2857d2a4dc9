import { describe, expect, test } from "vitest";
import { adviseRuleset } from "../../../src/core/rules/advise.ts";
import { checkRuleset } from "../../../src/core/rules/check.ts";
import { costOf } from "../../../src/core/rules/cost.ts";
import { EVERY_TYPE } from "./vocabulary.ts";

const aRule = (conditions: unknown, over: object = {}) => ({ id: "A", name: "A", reason: "a", severity: "low", conditions, ...over });
const fileOf = (rules: readonly object[], define: object = {}) => ({
  name: "p.json",
  text: JSON.stringify({ name: "p", define, rules }, null, 1),
});
const check = (rules: readonly object[], define: object = {}) => checkRuleset([fileOf(rules, define)], EVERY_TYPE);
function checked(rules: readonly object[], define: object = {}) {
  const ruleset = check(rules, define);
  if (!ruleset.ok) throw new Error(JSON.stringify(ruleset.error));
  return ruleset.value;
}
const advise = (rules: readonly object[], define: object = {}) =>
  adviseRuleset(checked(rules, define), EVERY_TYPE, [fileOf(rules, define)]);

const CONTRADICTIONS: readonly (readonly [string, object])[] = [
  ["bounds that leave nothing", { amount: { gt: 5, lt: 3 } }],
  ["bounds that meet in a value they shut out", { amount: { gt: 5, lte: 5 } }],
  ["the one value left shut out", { amount: { gte: 5, lte: 5, ne: 5 } }],
  ["two values at once", { all: [{ card_country: "DE" }, { card_country: "DK" }] }],
  ["a value out of its range", { cards_per_ip_1h: { eq: 9, lt: 4 } }],
  ["no value left of a list", { card_country: { in: ["DE", "FR"], notIn: ["FR", "DE"] } }],
  ["a test and its opposite", { hour: { gte: 3 }, not: { hour: { gte: 3 } } }],
  ["an hour after the last", { hour: { gt: 23 } }],
  ["true and false", { all: [{ is_new_destination: true }, { is_new_destination: false }] }],
  ["absent and compared", { amount: { exists: false }, any: [{ amount: 3 }, { amount: { gt: 7 } }] }],
  ["a text that begins otherwise", { user_agent: { eq: "curl", startsWith: "moz" } }],
  ["an address outside its network", { ip: { eq: "192.0.2.1", cidr: "198.51.100.0/24" } }],
  ["alternatives that are all shut out", { amount: { lt: 3 }, any: [{ amount: { gt: 5 } }, { amount: { gt: 9 } }] }],
  ["a define against the rest", { late: true, hour: { lt: 4 } }],
];
const LATE = { late: { hour: { gte: 22 } } };

describe("a live rule that nothing can make true is refused:", () => {
  test.each(CONTRADICTIONS)("%s", (_, conditions) => {
    expect(check([aRule(conditions)], LATE)).toMatchObject({ ok: false, error: [{ code: "never_true", path: "rules[0].conditions" }] });
    expect(advise([aRule(conditions, { mode: "shadow" }), aRule({ late: true }, { id: "B" })], LATE)).toMatchObject([
      { code: "never_true", path: "rules[0].conditions", file: "p.json" },
    ]);
    expect(advise([aRule(conditions, { mode: "off" })], LATE).filter(({ code }) => code !== "unused_define")).toEqual([]);
  });

  test("and the sentence names the feature", () => {
    const refused = check([aRule({ hour: 3, amount: { gt: 5, lt: 3 } })]);
    expect(refused.ok ? "" : refused.error[0]?.message).toBe(
      "the conditions on `amount` contradict each other: nothing can ever make them true",
    );
  });
});

const SOUND: readonly (readonly [string, object])[] = [
  ["a range", { amount: { gt: 5, lt: 6 } }],
  ["a range of one value", { amount: { gte: 5, lte: 5 } }],
  ["a stand-in for the absent outside the bounds", { cards_per_ip_1h: { gt: 5, or: 9 }, all: [{ cards_per_ip_1h: { exists: false } }] }],
  ["two features that compare", { amount: { gt: { feature: "amount_mean_30d" }, lt: { feature: "amount_mean_30d", times: 2 } } }],
  ["alternatives", { any: [{ card_country: "DE" }, { card_country: "DK" }] }],
];
test.each(SOUND)("%s is no contradiction", (_, conditions) => {
  expect(advise([aRule(conditions)])).toEqual([]);
});

test("an alternative that can never be true is named where it stands", () => {
  const rule = aRule({ amount: { lt: 3 }, any: [{ amount: { gt: 5 } }, { hour: 3 }] });
  expect(advise([rule])).toEqual([
    {
      code: "dead_branch",
      file: "p.json",
      path: "rules[0].conditions.any[0].amount.gt",
      line: 17,
      column: 8,
      message: "`p/A`: this alternative can never be true beside the rest of the rule, because of what is said of `amount`",
    },
  ]);
});

test("a condition that always holds is named", () => {
  expect(advise([aRule({ amount: { gt: 3 }, hour: { gte: 0 } })])).toMatchObject([
    { code: "always_true", path: "rules[0].conditions.hour.gte" },
  ]);
  expect(advise([aRule({ any: [{ amount: { gt: 3 } }, { amount: { lte: 3 } }] })])).toMatchObject([{ code: "always_true" }]);
});

test("two rules that say the same in another order are named, a shadow beside a live one is not", () => {
  const one = { all: [{ amount: { gt: 3 } }, { hour: 3 }] };
  const same = { hour: { eq: 3 }, big: true };
  const define = { big: { amount: { gt: 3 } } };
  expect(advise([aRule(one), aRule(same, { id: "B" })], define)).toMatchObject([
    { code: "duplicate_rule", path: "rules[1]", message: "`p/B`: `p/A` already has the same conditions on the same types" },
  ]);
  expect(advise([aRule(one), aRule(same, { id: "B", mode: "shadow" })], define)).toEqual([]);
  expect(advise([aRule(one), aRule(same, { id: "B", on: ["PAYMENT"] })], define)).toEqual([]);
});

test("a define that nobody uses is named", () => {
  expect(advise([aRule({ hour: 3 })], LATE)).toMatchObject([{ code: "unused_define", path: "define.late", line: 4 }]);
});

describe("the cost", () => {
  const networks = Array.from({ length: 900 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);

  test("grows with expressions and networks; a define that two rules use is worked out once", () => {
    const define = { dear: { ip: { cidr: networks } } };
    const { total, rules } = costOf(checked([aRule({ dear: true, hour: 3 }), aRule({ dear: true, amount: 1 }, { id: "B" })], define));
    expect(rules).toEqual([
      { id: "p/A", cost: 906 },
      { id: "p/B", cost: 906 },
    ]);
    expect(total).toBe(908);
    const [regex] = costOf(checked([aRule({ user_agent: { matches: "^(a|b){20}$" } })])).rules;
    expect(regex?.cost).toBeGreaterThan(60);
    expect(costOf(checked([aRule({ hour: 3 }, { mode: "off" })])).total).toBe(0);
  });

  test("of a rule beyond the budget is a fault that says both", () => {
    const groups = Array.from({ length: 6 }, (_, index) => ({
      ip: { cidr: networks.map((network) => network.replace("10.", `${index + 1}.`)) },
    }));
    const refused = check([aRule({ any: groups })]);
    expect(refused).toMatchObject({ ok: false, error: [{ code: "too_dear", path: "rules[0]" }] });
    expect(refused.ok ? "" : refused.error[0]?.message).toContain("the rule costs 5430, over the budget of 5000");
  });
});
