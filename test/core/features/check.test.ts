import fc from "fast-check";
import { expect, test } from "vitest";
import { checkFeatures } from "../../../src/core/features/check.ts";
import { DECLARED } from "../../support/facts.ts";

/** The faults of a file of features, as `path code`. */
function faultsOf(file: Readonly<Record<string, unknown>> | string): string[] {
  const checked = checkFeatures(typeof file === "string" ? file : JSON.stringify(file, null, 1));
  return checked.ok ? [] : checked.error.map(({ path, code }) => `${path} ${code}`);
}
function messageOf(file: Readonly<Record<string, unknown>>): string {
  const checked = checkFeatures(JSON.stringify(file));
  return checked.ok ? "" : (checked.error[0]?.message ?? "");
}

const amount = { op: "field", path: "amount", type: "money" };
const count = { op: "count", by: "client", window: "1h" };

test("the declared features are sound, each after those it reads", () => {
  const checked = checkFeatures(DECLARED);
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  expect(checked.value.slots.map(({ slot }) => slot)).toEqual(checked.value.slots.map((_, index) => index));
  const slotOf = (name: string): number => checked.value.byName.get(name)?.slot ?? Number.NaN;
  expect(slotOf("amount_vs_median")).toBeGreaterThan(slotOf("amount_median_30d"));
  expect(slotOf("amount_median_30d")).toBeGreaterThan(slotOf("amount"));
});

test("a feature may stand before those it reads", () => {
  const checked = checkFeatures(JSON.stringify({ double: { op: "multiply", of: ["amount", 2] }, amount }));
  expect(checked.ok && checked.value.slots.map(({ name }) => name)).toEqual(["amount", "double"]);
});

test.each<[string, Readonly<Record<string, unknown>>, string[]]>([
  ["an unknown operator", { a: { op: "cuont", by: "client" } }, ["a.op unknown_operator"]],
  ["an unknown key", { a: { ...count, windw: "1h" } }, ["a.windw unknown_key"]],
  ["a missing key", { a: { op: "countDistinct", by: "client", window: "1h" } }, ["a missing_key"]],
  ["an unknown entity", { a: { ...count, by: "clinet" } }, ["a.by wrong_type"]],
  ["an unknown event type", { a: { ...count, event: "logon" } }, ["a.event wrong_type"]],
  ["a window too short", { a: { ...count, window: "999ms" } }, ["a.window out_of_range"]],
  ["a window too long", { a: { ...count, window: "31d" } }, ["a.window out_of_range"]],
  ["a count without window", { a: { op: "count", by: "client" } }, ["a missing_key"]],
  ["a bad name", { "Not A Name": amount }, ['["Not A Name"] bad_name']],
  ["a name that conditions use", { any: amount }, ["any bad_name"]],
  ["an unknown feature", { amount, a: { op: "divide", of: ["amount", "amuont"] } }, ["a.of unknown_feature"]],
  ["a cycle", { a: { op: "abs", of: "b" }, b: { op: "abs", of: "a" } }, ["b.of cycle"]],
  ["a feature that reads itself", { a: { op: "abs", of: "a" } }, ["a.of cycle"]],
  ["a cycle through a default", { a: { ...amount, default: { feature: "a" } } }, ["a.default cycle"]],
  ["a field that no event has", { a: { op: "field", path: "card.number", type: "id" } }, ["a.path unknown_path"]],
  ["a median from the log", { a: { op: "median", by: "client", window: "1h" } }, ["a.op wrong_source"]],
  ["an aggregate of devices from Postgres", { a: { ...count, by: "device", source: "postgres" } }, ["a.by wrong_source"]],
  ["another pair from Postgres", { a: { op: "count", by: ["client", "city"], source: "postgres", self: false } }, ["a.by wrong_source"]],
  [
    "an event counted in what Postgres cannot add it to",
    { a: { op: "countDistinct", of: "device", by: "client", window: "1d", source: "postgres" } },
    ["a.self wrong_source"].map((fault) => fault.replace("a.self", "a")),
  ],
  ["a share of nothing", { a: { op: "share", by: "client", window: "1d", source: "postgres" } }, ["a missing_key"]],
  ["a default of another type", { a: { ...amount, default: "ten" } }, ["a.default wrong_type"]],
  ["a default that is another kind of feature", { amount, a: { ...count, default: { feature: "amount" } } }, ["a.default wrong_type"]],
  ["arithmetic on text", { city: { op: "field", path: "city", type: "text" }, a: { op: "abs", of: "city" } }, ["a.of wrong_type"]],
  ["money and counts added", { amount, count, a: { op: "add", of: ["amount", "count"] } }, ["a.of wrong_type"]],
  ["a comparison without operator", { amount, a: { op: "compare", left: "amount" } }, ["a wrong_type"]],
  ["a comparison with two", { amount, a: { op: "compare", left: "amount", gt: 1, lt: 2 } }, ["a wrong_type"]],
  ["an unknown zone", { a: { op: "calendar", part: "hour", zone: "Mars/Olympus" } }, ["a.zone bad_zone"]],
  ["a domain of what is not an address", { amount, a: { op: "emailDomain", of: "amount" } }, ["a.of wrong_type"]],
  ["a where over the unknown", { a: { ...count, where: { statsu: "failed" } } }, ["a.where.statsu unknown_feature"]],
  ["a where a record cannot answer", { a: { ...count, where: { email: { endsWith: "@x.de" } } } }, ["a.where wrong_source"]],
  [
    "a where Postgres cannot answer",
    { a: { ...count, source: "postgres", where: { email: { matches: "x$" } } } },
    ["a.where wrong_source"],
  ],
  ["a where over what a record does not hold", { a: { ...count, where: { card_country: "DK" } } }, ["a.where wrong_source"]],
  ["a where that compares features", { a: { ...count, where: { device: { eq: { feature: "card" } } } } }, ["a.where wrong_source"]],
])("%s is refused", (_what, file, faults) => {
  expect(faultsOf(file)).toEqual(faults);
});

test("what a record cannot answer may be asked of Postgres", () => {
  const where = { any: [{ email: { endsWith: "@x.de" } }, { card_country: "DK" }] };
  expect(faultsOf({ a: { op: "count", by: "client", window: "1d", where, source: "postgres", self: false } })).toEqual([]);
  expect(faultsOf({ a: { op: "count", by: "client", window: "1d", where, source: "postgres" } })).toEqual(["a wrong_source"]);
});

test("every fault is reported at once, with line, column and the nearest name", () => {
  const text =
    '{\n  "amount": { "op": "field", "path": "amuont", "type": "money" },\n  "n": { "op": "cuont", "by": "client", "window": "1h" }\n}';
  const checked = checkFeatures(text);
  expect(checked.ok ? [] : checked.error).toMatchObject([
    { path: "n.op", line: 3, column: 16, message: "unknown operator `cuont`; did you mean `count`?" },
    { path: "amount.path", line: 2, column: 38, message: expect.stringContaining("did you mean `amount`?") },
  ]);
  expect(messageOf({ a: { ...count, by: "clent" } })).toContain("did you mean `client`?");
  expect(messageOf({ a: { ...count, windw: "1h" } })).toContain("did you mean `window`?");
});

test("duplicate names, comments and trailing commas are refused", () => {
  expect(faultsOf('{ "a": { "op": "calendar", "part": "hour" }, "a": { "op": "calendar", "part": "hour" } }')).toContain("a duplicate_key");
  expect(faultsOf('{ "a": { "op": "calendar", "part": "hour" }, }')).toHaveLength(1);
  expect(faultsOf('{ /* no */ "a": { "op": "calendar", "part": "hour" } }')).not.toEqual([]);
});

test("money in a file is major units, inside it is minor ones", () => {
  const file = {
    amount,
    a: { op: "add", of: ["amount", 1.5] },
    c: { op: "compare", left: "amount", gt: 100 },
    d: { ...amount, default: 2.5 },
  };
  const checked = checkFeatures(JSON.stringify(file), { currencyExponent: 2 });
  expect(checked.ok && checked.value.declarations).toMatchObject([
    {},
    { of: [{ feature: "amount" }, { literal: 150 }] },
    { right: { literal: 10_000 } },
    { default: 250 },
  ]);
});

test("types follow from what is calculated", () => {
  const first = { op: "firstSeen", by: "client" };
  const file = {
    amount,
    first,
    last: { op: "lastSeen", by: "client" },
    count,
    ratio: { op: "divide", of: ["amount", "amount"] },
    share: { op: "divide", of: ["amount", "count"] },
    twice: { op: "multiply", of: [2, "amount"] },
    age: { op: "subtract", of: ["last", "first"] },
    days: { op: "timeSince", unit: "1d", type: "count", by: "client" },
  };
  const checked = checkFeatures(JSON.stringify(file));
  const types = checked.ok ? Object.fromEntries(checked.value.slots.map(({ name, type }) => [name, type])) : {};
  expect(types).toMatchObject({ ratio: "ratio", share: "money", twice: "money", age: "duration", days: "count", first: "time" });
});

test("no text makes the checker throw", () => {
  for (const text of [
    "",
    "null",
    "[]",
    "7",
    '{"a":null}',
    '{"__proto__":{"op":"abs","of":"x"}}',
    '{"a":{"op":{}}}',
    "[".repeat(100_000),
    `{"a":${'{"a":'.repeat(50_000)}`,
  ])
    expect(checkFeatures(text).ok).toBe(false);
  const chain = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`f${i}`, { op: "abs", of: i === 899 ? "amount" : `f${i + 1}` }]));
  expect(faultsOf({ ...chain, amount })).toEqual([]);
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom("count", "field", "add", "compare", "velocity", "calendar"), (value, op) => {
      const file = typeof value === "object" && value !== null && !Array.isArray(value) ? { a: { op, ...value }, ...value } : { a: value };
      checkFeatures(JSON.stringify(file));
    }),
  );
});
