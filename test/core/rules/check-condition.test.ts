import { expect, test } from "vitest";
import { checkCondition } from "../../../src/core/rules/check-condition.ts";
import { createCheckContext } from "../../../src/core/rules/check-context.ts";
import { parseJson } from "../../../src/core/rules/parse-json.ts";
import { aVocabulary, EVERY_TYPE } from "./vocabulary.ts";

const LISTS = new Map([
  ["corporate_nat", { type: "ip" as const }],
  ["stolen_bins", { type: "id" as const }],
]);

function check(condition: unknown, vocabulary = EVERY_TYPE) {
  const text = typeof condition === "string" ? condition : JSON.stringify(condition);
  const context = { ...createCheckContext(text, { lists: LISTS }), defines: new Set(["new_client"]) };
  const tree = parseJson(text, context);
  const node = tree === null ? null : checkCondition(tree, vocabulary, context);
  return { node, faults: context.faults, codes: context.faults.map((fault) => fault.code) };
}
const operandOf = (condition: unknown): unknown => {
  const { node } = check(condition);
  return node?.kind === "test" ? node.operand : null;
};
const literal = (value: unknown) => ({ kind: "literal", value });

test("several keys mean all of them, and several operators too", () => {
  expect(check({ amount: { gt: 5, lte: 10 }, card_country: "de" }).node).toMatchObject({
    kind: "all",
    of: [
      {
        kind: "all",
        of: [
          { operator: "gt", operand: literal(500) },
          { operator: "lte", operand: literal(1000) },
        ],
      },
      { kind: "test", name: "card_country", operator: "eq", operand: literal("DE") },
    ],
  });
});

test("none is normalised to not any", () => {
  expect(check({ none: [{ hour: 3 }] }).node).toMatchObject({ kind: "not", of: { kind: "any", of: [{ name: "hour" }] } });
});

test("literals turn into inside units by the feature's type", () => {
  expect(operandOf({ amount: 129.9 })).toEqual(literal(12990));
  expect(operandOf({ session_age: { lt: "90s" } })).toEqual(literal(90_000));
  expect(operandOf({ last_login_at: { lt: "2026-01-01T00:00:00Z" } })).toEqual(literal(1_767_225_600_000));
  expect(operandOf({ weekday: "Sunday" })).toEqual(literal(7));
  expect(operandOf({ email: "A@B.de" })).toEqual(literal("a@b.de"));
  expect(operandOf({ ip: "2001:DB8:0::1" })).toEqual(literal("2001:db8::1"));
  expect(operandOf({ user_agent: { contains: "HeadLess" } })).toEqual(literal("headless"));
  expect(operandOf({ client_id: "Abc" })).toEqual(literal("Abc"));
  expect(operandOf({ email: { endsWith: "@Mail.RU" } })).toEqual(literal("@mail.ru"));
});

test("an operand may be another feature, scaled, with a stand-in", () => {
  expect(operandOf({ amount: { gt: { feature: "amount_mean_30d", times: 5, plus: 1.5, or: 20 } } })).toEqual({
    kind: "feature",
    name: "amount_mean_30d",
    times: 5,
    plus: 150,
    or: 2000,
  });
  expect(operandOf({ last_login_at: { lt: { feature: "last_login_at", plus: "-1h" } } })).toMatchObject({ plus: -3_600_000 });
});

test("a define reads as a test of its name", () => {
  const use = { kind: "test", name: "new_client", operator: "eq", operand: literal(true) };
  expect(check({ new_client: true }).node).toMatchObject(use);
  expect(check({ new_client: { ne: false } }).node).toMatchObject(use);
  expect(check({ new_client: false }).node).toMatchObject({ kind: "not", of: use });
  expect(check({ new_client: { exists: true } }).codes).toEqual(["wrong_type"]);
  expect(check({ is_new_destination: { eq: { feature: "new_client" } } }).codes).toEqual(["define_as_operand"]);
});

test("the four shorthands become the tests they stand for", () => {
  const vocabulary = aVocabulary({
    ip_risk_score: "ratio",
    click_count_1m: "count",
    country_is_unusual: "boolean",
    device_is_inconsistent: "boolean",
  });
  const of = (condition: unknown) => check(condition, vocabulary).node;
  expect(of({ ip_analysis: { riskScore: { gte: 80 } } })).toMatchObject({ name: "ip_risk_score", operator: "gte", operand: literal(80) });
  expect(of({ click_speed: { maxPerMinute: 10 } })).toMatchObject({ name: "click_count_1m", operator: "gt", operand: literal(10) });
  expect(of({ geo_anomaly: { unusualCountry: true } })).toMatchObject({
    name: "country_is_unusual",
    operator: "eq",
    operand: literal(true),
  });
  expect(of({ device_patterns: { spoofingDetected: true } })).toMatchObject({ name: "device_is_inconsistent", operand: literal(true) });
  expect(check({ click_speed: { maxPerMinute: 10 } }).faults[0]?.message).toContain("`click_count_1m`, which is not declared");
});

const FAULTS: readonly (readonly [string, unknown, string])[] = [
  ["an unknown feature", { card_per_ip_1h: 3 }, "unknown_feature"],
  ["an unknown feature as operand", { amount: { gt: { feature: "amount_mean" } } }, "unknown_feature"],
  ["an unknown operator", { amount: { greater: 3 } }, "unknown_operator"],
  ["an unknown key in an operand", { amount: { gt: { feature: "amount_mean_30d", time: 3 } } }, "unknown_key"],
  ["an unknown list", { ip: { inList: "corporate_net" } }, "unknown_list"],
  ["a list of another type", { ip: { inList: "stolen_bins" } }, "wrong_list_type"],
  ["a text where a number belongs", { amount: { gt: "5" } }, "wrong_type"],
  ["null", { amount: null }, "wrong_type"],
  ["a fraction of the minor unit", { amount: 1.005 }, "wrong_type"],
  ["an hour that no day has", { hour: 24 }, "wrong_type"],
  ["a network with a padded length", { ip: { cidr: "192.0.2.0/024" } }, "bad_cidr"],
  ["an operator of another type", { card_country: { gt: "DE" } }, "wrong_type"],
  ["features that do not compare", { amount: { gt: { feature: "cards_per_ip_1h" } } }, "wrong_type"],
  ["arithmetic on a text", { client_id: { eq: { feature: "client_id", times: 2 } } }, "wrong_type"],
  ["an array as a test", { amount: [1, 2] }, "wrong_type"],
  ["an array as a condition", [{ amount: 1 }], "wrong_type"],
  ["an empty condition", {}, "empty_condition"],
  ["an empty test", { amount: {} }, "empty_condition"],
  ["a test that is only a stand-in", { amount: { or: 3 } }, "empty_condition"],
  ["an empty group", { all: [] }, "empty_list"],
  ["an empty in", { amount: { in: [] } }, "empty_list"],
  ["between with low above high", { amount: { between: [5, 4] } }, "low_above_high"],
  ["a literal that is a feature's name", { card_country: "billing_country" }, "literal_is_feature"],
  ["a literal in a list that is a feature's name", { user_agent: { in: ["x", "hour"] } }, "literal_is_feature"],
  ["a bad expression", { user_agent: { matches: "(a" } }, "bad_regex"],
  ["a look-ahead", { user_agent: { matches: "(?=a)b" } }, "bad_regex"],
  ["an expression too large", { user_agent: { matches: "(a|b|c|d){1000}" } }, "bad_regex"],
  ["a bad network", { ip: { cidr: "192.0.2.0/33" } }, "bad_cidr"],
  ["a stand-in beside exists", { amount: { exists: true, or: 3 } }, "pointless_or"],
  ["a hostile key", '{"__proto__": {"gt": 1}}', "unknown_feature"],
  ["the same key twice", '{"amount": 1, "amount": 2}', "duplicate_key"],
];
for (const [what, condition, code] of FAULTS)
  test(`${what} is refused`, () => {
    const { codes } = check(condition);
    expect(codes).toEqual([code]);
  });

test("every fault is reported at once, each with its place and the nearest name", () => {
  const { node, faults } = check('{\n  "card_per_ip_1h": 3,\n  "all": [{ "amount": "x" }, { "hour": {} }]\n}');
  expect(node).toBeNull();
  expect(faults).toMatchObject([
    {
      code: "unknown_feature",
      path: "card_per_ip_1h",
      line: 2,
      column: 3,
      message: "unknown feature `card_per_ip_1h`; did you mean `cards_per_ip_1h`?",
    },
    { code: "wrong_type", path: "all[0].amount", line: 3, column: 23 },
    { code: "empty_condition", path: "all[1].hour", line: 3 },
  ]);
});
