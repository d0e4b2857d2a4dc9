import fc from "fast-check";
import { DIMENSIONS, type Dimension } from "../../../src/core/event/entity.ts";
import { type CanonicalEvent, EVENT_STATUSES, EVENT_TYPES, TRANSACTION_TYPES } from "../../../src/core/event/event.ts";
import { AGGREGATES, type HistoryDeclaration } from "../../../src/core/features/declaration.ts";
import type { ConditionNode } from "../../../src/core/rules/condition.ts";
import { anEvent, DAY_MS, NOON } from "./record-builder.ts";

/** A count of a client's transactions in 30 days, from Postgres, unless changed. */
export function aHistory(changes: Partial<HistoryDeclaration> & { readonly name: string }): HistoryDeclaration {
  return {
    kind: "history",
    op: "count",
    type: "count",
    source: "postgres",
    events: ["transaction"],
    where: null,
    by: ["client"],
    as: changes.by?.[0] ?? "client",
    of: null,
    windowMs: 30 * DAY_MS,
    self: false,
    threshold: null,
    q: null,
    unitMs: null,
    since: null,
    default: null,
    ...changes,
  };
}

type Test = Extract<ConditionNode, { kind: "test" }>;
export const aTest = (
  name: string,
  operator: Test["operator"],
  value: string | number | boolean | readonly (string | number)[],
  or: Test["or"] = null,
): Test => ({
  kind: "test",
  name,
  operator,
  operand: typeof value === "object" ? { kind: "list", values: value } : { kind: "literal", value },
  or,
  path: name,
});

/** Few values each, so that histories meet; edges of windows and equal times on purpose. */
const HOUR_MS = 3_600_000;
const WINDOWS = [1_000, HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS];
const ages = fc.oneof(
  fc.constantFrom(0, -1, 1, ...WINDOWS.flatMap((w) => [w - 1, w, w + 1])),
  fc.integer({ min: -DAY_MS, max: 35 * DAY_MS }),
);
const value = fc.constantFrom("a", "b", "c");
const dimensions: fc.Arbitrary<CanonicalEvent["dimensions"]> = fc.record(
  Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, value])) as Record<Dimension, typeof value>,
  { requiredKeys: [] },
);

export const events: fc.Arbitrary<CanonicalEvent[]> = fc
  .array(
    fc.record({
      type: fc.oneof(
        { weight: 3, arbitrary: fc.constant("transaction" as const) },
        { weight: 1, arbitrary: fc.constantFrom(...EVENT_TYPES) },
      ),
      transactionType: fc.constantFrom(null, ...TRANSACTION_TYPES),
      status: fc.constantFrom(...EVENT_STATUSES),
      amountMinor: fc.option(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 1_000_000_000 }))),
      dimensions,
      occurredAtMs: ages.map((age) => NOON - age),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((list) => list.map((each, i) => anEvent({ id: `e${i}`, ...each })));

const leaf: fc.Arbitrary<ConditionNode> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("eq", "ne", "in", "notIn", "exists") as fc.Arbitrary<Test["operator"]>,
      fc.constantFrom(...DIMENSIONS),
      value,
      fc.option(value),
    )
    .map(([operator, name, wanted, or]) =>
      aTest(
        name,
        operator,
        operator === "exists" ? wanted === "a" : operator.endsWith("n") || operator === "notIn" ? [wanted, "a"] : wanted,
        or,
      ),
    ),
  fc.constantFrom(
    aTest("status", "ne", "declined"),
    aTest("status", "in", ["failed", "blocked"]),
    aTest("event_type", "eq", "login"),
    aTest("transaction_type", "notIn", ["transfer", "cash_out"]),
    aTest("transaction_type", "startsWith", "cash_"),
    aTest("transaction_type", "endsWith", "t"),
    aTest("transaction_type", "contains", "ash", "cash_in"),
    aTest("amount", "gt", 3),
    aTest("amount", "lte", 3, 0),
    aTest("amount", "between", [2, 1_000]),
    aTest("hour", "lte", 5),
    aTest("hour", "between", [9, 17]),
    aTest("weekday", "gte", 6),
  ),
);
const { where } = fc.letrec<{ where: ConditionNode }>((tie) => ({
  where: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom("all" as const, "any" as const), fc.array(tie("where"), { minLength: 1, maxLength: 3 }))
      .map(([kind, of]) => ({ kind, of, path: "" })),
    tie("where").map((of) => ({ kind: "not" as const, of, path: "" })),
  ),
}));

/** Any declaration the language can say, entity and pair, in its own or another's role. */
export const declarations = (
  by: fc.Arbitrary<HistoryDeclaration["by"]>,
  as: (by: HistoryDeclaration["by"]) => fc.Arbitrary<HistoryDeclaration["as"]>,
) =>
  by.chain((entity) =>
    fc
      .record({
        op: fc.constantFrom(...AGGREGATES),
        events: fc.oneof(fc.constant(["transaction"] as const), fc.subarray([...EVENT_TYPES])),
        where: fc.option(where),
        as: as(entity),
        of: fc.constantFrom(...DIMENSIONS),
        windowMs: fc.constantFrom(null, ...WINDOWS),
        self: fc.boolean(),
        threshold: fc.integer({ min: 0, max: 3 }),
        q: fc.constantFrom(0.05, 0.25, 0.5, 0.95),
        unitMs: fc.constantFrom(1, HOUR_MS, DAY_MS),
        since: fc.constantFrom("first" as const, "last" as const),
        type: fc.constantFrom("count" as const, "ratio" as const),
      })
      .map((declared) => aHistory({ name: "f", by: entity, ...declared })),
  );
