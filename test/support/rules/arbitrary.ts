import fc from "fast-check";
import type { FeatureType, FeatureValue } from "../../../src/core/features/value.ts";
import { aVocabulary } from "../../core/rules/vocabulary.ts";
import type { Json } from "./naive.ts";

/** Few values per type, so that rules often meet their thresholds exactly. */
export const TYPES = {
  amount: "money",
  amount_mean_30d: "money",
  count_a: "count",
  count_b: "count",
  ratio_a: "ratio",
  hour: "hour",
  card_country: "country",
  billing_country: "country",
  channel: "text",
  browser: "text",
  client_id: "id",
  ip: "ip",
  is_new: "boolean",
  is_odd: "boolean",
} as const satisfies Record<string, FeatureType>;
type Name = keyof typeof TYPES;
const NAMES = Object.keys(TYPES) as Name[];
export const VOCABULARY = aVocabulary(TYPES);
export const LISTS = new Map([["known", new Set(["192.0.2.1", "198.51.100.7"])]]);

const LITERALS: Readonly<Record<string, readonly (string | number | boolean)[]>> = {
  money: [0, 0.5, 1, 2, 2.5, -1],
  count: [0, 1, 2, 3, -1],
  ratio: [0, 0.25, 0.5, 1, -0],
  hour: [0, 3, 12, 23],
  country: ["DE", "dk", "FR"],
  text: ["web", "App", "kiosk"],
  id: ["c1", "C1", "7"],
  ip: ["192.0.2.1", "192.0.2.130", "198.51.100.7"],
  boolean: [true, false],
};
/** Values a rule never names: two different ones must still differ. */
const STRANGERS: Readonly<Record<string, readonly (string | number)[]>> = {
  money: [75, 999_999],
  count: [17],
  ratio: [0.1],
  country: ["SE", "NO"],
  text: ["fax", "telex", "1", "nan"],
  id: ["c9", "c10", "0"],
  ip: ["203.0.113.9"],
};

const insideOf = (type: FeatureType, literal: string | number | boolean): FeatureValue => {
  if (type === "money") return Number(literal) * 100;
  if (type === "country") return String(literal).toUpperCase();
  return type === "text" ? String(literal).toLowerCase() : literal;
};

const literalsOf = (type: FeatureType): readonly (string | number | boolean)[] => LITERALS[type] ?? [];
const literal = (type: FeatureType): fc.Arbitrary<string | number | boolean> => fc.constantFrom(...literalsOf(type));

/** One value per slot: mostly present, sometimes absent or missing. */
export const facts: fc.Arbitrary<FeatureValue[]> = fc.tuple(
  ...NAMES.map((name) => {
    const type = TYPES[name];
    const present = [...literalsOf(type).map((one) => insideOf(type, one)), ...(STRANGERS[type] ?? [])];
    return fc.oneof(
      { weight: 7, arbitrary: fc.constantFrom<FeatureValue[]>(...present) },
      { weight: 2, arbitrary: fc.constant<FeatureValue>(null) },
      { weight: 1, arbitrary: fc.constant<FeatureValue>(undefined) },
    );
  }),
);

const ORDERED: readonly string[] = ["money", "count", "ratio", "hour"];

function operators(name: Name): fc.Arbitrary<Json> {
  const type: FeatureType = TYPES[name];
  const comparisons = ORDERED.includes(type) ? ["eq", "ne", "gt", "gte", "lt", "lte"] : ["eq", "ne"];
  const others = NAMES.filter((other) => TYPES[other] === type);
  const scale = ORDERED.includes(type) && type !== "hour" ? { times: fc.constantFrom(1, 2, 0.5), plus: fc.constantFrom(0, 1) } : {};
  const feature = fc.record({ feature: fc.constantFrom(...others), or: literal(type), ...scale }, { requiredKeys: ["feature"] });
  const single = (operator: string, operand: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
    fc.record({ [operator]: operand, or: literal(type) }, { requiredKeys: [operator] }) as fc.Arbitrary<Json>;
  const list = fc.array(literal(type), { minLength: 1, maxLength: 4 });
  const choices: fc.Arbitrary<Json>[] = [
    literal(type),
    ...comparisons.map((operator) => single(operator, fc.oneof(literal(type), feature) as fc.Arbitrary<Json>)),
    fc.record({ exists: fc.boolean() }),
  ];
  if (type !== "boolean") choices.push(single("in", list), single("notIn", list));
  if (ORDERED.includes(type)) {
    choices.push(
      single(
        "between",
        fc.tuple(literal(type), literal(type)).map((pair) => pair.toSorted((a, b) => Number(a) - Number(b))),
      ),
    );
    choices.push(fc.record({ gte: literal(type), lt: literal(type), or: literal(type) }, { requiredKeys: ["gte", "lt"] }));
  }
  if (type === "text" || type === "id") {
    for (const operator of ["contains", "startsWith", "endsWith"]) choices.push(single(operator, fc.constantFrom("w", "K", "1", "app")));
    if (type === "text") choices.push(single("matches", fc.constantFrom("^w.b$", "[a7]", "k+")));
  }
  if (type === "ip") {
    choices.push(single("cidr", fc.constantFrom<Json>("192.0.2.0/25", ["198.51.100.0/24", "192.0.2.128/30"])));
    choices.push(single("inList", fc.constantFrom("known", "not_loaded")));
  }
  return fc.oneof(...choices);
}

const test = fc.constantFrom(...NAMES).chain((name) => operators(name).map((value): Json => ({ [name]: value })));

function conditions(defines: readonly string[]): fc.Arbitrary<Json> {
  const { condition } = fc.letrec<{ condition: Json }>((tie) => {
    const group = fc.array(tie("condition"), { minLength: 1, maxLength: 4 });
    const use = fc
      .constantFrom(...defines, "")
      .chain((name) => (name === "" ? test : fc.boolean().map((wanted): Json => ({ [name]: wanted }))));
    const together = fc.array(test, { minLength: 1, maxLength: 4 }).map((tests): Json => Object.assign({}, ...(tests as object[])));
    return {
      condition: fc.oneof(
        { maxDepth: 2, depthSize: "small", withCrossShrink: true },
        test,
        use,
        together,
        group.map((all): Json => ({ all })),
        group.map((any): Json => ({ any })),
        group.map((none): Json => ({ none })),
        tie("condition").map((not): Json => ({ not })),
      ),
    };
  });
  return condition;
}

/** Defines that use those before them (small ones are written out, large ones remembered), and conditions of rules over them. */
export const rulesets: fc.Arbitrary<{ define: Record<string, Json>; conditions: Json[] }> = fc
  .tuple(conditions([]), fc.array(conditions(["d0"]), { minLength: 9, maxLength: 9 }), conditions(["d0", "d1"]))
  .map(([d0, many, d2]) => ({ d0, d1: { any: many }, d2 }))
  .chain((define) =>
    fc.array(conditions(["d0", "d1", "d2"]), { minLength: 1, maxLength: 60, size: "+1" }).map((all) => ({ define, conditions: all })),
  );
