import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type * as z from "zod";
import { checkedEvent, checkedTransaction } from "../../../src/core/event/body-checks.generated.ts";
import { Event, Transaction } from "../../../src/core/event/schema.ts";
import { writeBodyChecks } from "../../../src/tools/build/body-checks.ts";

const CHECKED = new URL("../../../src/core/event/body-checks.generated.ts", import.meta.url);

test("the checked-in code is what the schemas write: `npm run checks` writes it anew", () => {
  expect(readFileSync(CHECKED, "utf8")).toBe(writeBodyChecks());
});

const PARTY = {
  timestamp: "2026-11-20T10:30:00Z",
  client_id: " c 1 ",
  email: " A.B@Example.com ",
  phone: "+49 301",
  ip_address: "198.51.100.7",
  ip_geo: { country: "de", city: "Bonn", latitude: 50.7, longitude: 7.1, asn: 3320 },
  device_id: 81,
  user_agent: "Mozilla/5.0",
  city: "Köln",
  country: "DE",
  attributes: { channel: "web", basket: 3, voucher: false, note: null, tags: ["a", 1, null], store: { id: 7, name: "West" } },
};
const PAYMENT = {
  currency: "eur",
  dest_id: "shop",
  order_id: 4_711,
  oldbalanceOrg: 181,
  newbalanceOrig: -1,
  oldbalanceDest: 0,
  newbalanceDest: 1e12,
  card: { token: "t", bin: "457173", last4: "0008", country: "DK", funding: "debit", scheme: "visa" },
  billing: { name: "N", address: "Weg 1", city: "Bonn", region: "NRW", postal_code: "53111", country: "DE" },
  shipping: { country: "DE", address: "Weg 1", amount: 4.9 },
  avs: "Y",
  cvc: "M",
  three_ds: { scheme: "visa", version: "2.2", status: "Y", eci: "05" },
};
const COMMON = { ...PARTY, ...PAYMENT };
const TRANSACTIONS = [
  { type: "TRANSFER", amount: 5 },
  { transaction_id: "t", stage: "pre_auth", type: "PAYMENT", amount: 129.9, ...COMMON },
];
const EVENTS = [
  { id: "l", type: "login", status: "failed", ...COMMON },
  { type: "click" },
  { id: 5, type: "transaction", transaction_type: "DEBIT", status: "chargeback", amount: 5, ...COMMON },
  { type: "payment", transaction_id: 7, status: "declined", decline_code: "05", amount: 3, ...COMMON },
];
/** Around every bound and format of the schemas, and what JSON can hold beside. */
const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    "",
    " ",
    "x",
    "DE",
    "d",
    "eur",
    "PAYMENT",
    "login",
    "payment",
    "transaction",
    "failed",
    "a@b.de",
    "a@b",
    "@",
    "12345",
    "123456",
    "1234",
  ],
  ...[
    "2026-02-29T10:30:00Z",
    "2026-11-20T10:30:00+01:00",
    "2026-11-20T10:30:00",
    "2026-11-20",
    "A\u0000B",
    "\ud800",
    "ﬁ",
    "İ",
    "\u00a0x\u2003",
  ],
  ...["x".repeat(32), "x".repeat(33), "x".repeat(64), "x".repeat(65), "x".repeat(128), "x".repeat(129), "x".repeat(512), "x".repeat(513)],
  ...["x".repeat(2_048), "x".repeat(2_049), `${"x".repeat(245)}@example.de`, ` ${"x".repeat(512)} `],
  ...[
    0,
    -0,
    -1,
    1,
    0.5,
    90,
    90.1,
    -90,
    -90.1,
    180,
    -180.5,
    1e7,
    10_000_000.01,
    1e12,
    -1e12,
    1.1e12,
    2 ** 53,
    2 ** 53 - 1,
    4_294_967_295,
    4_294_967_296,
  ],
  ...[
    Number.POSITIVE_INFINITY,
    [],
    {},
    [1],
    [[1]],
    [{}],
    { a: 1 },
    { a: { b: { c: 1 } } },
    { "": "" },
    { [`k${"x".repeat(64)}`]: 1 },
    { "\u0000": 1 },
  ],
  ...[Array(64).fill("a"), Array(65).fill("a"), Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`k${n}`, n]))],
  ...[JSON.parse('{"__proto__":1}'), { constructor: 1 }, { country: "DE" }, { amount: -1 }, { token: 5 }],
];
const NAMES = [
  "extra",
  "amount",
  "type",
  "status",
  "transaction_id",
  "transaction_type",
  "id",
  "stage",
  "__proto__",
  "constructor",
  "toString",
  "ip",
  "tollgate_context",
];

/** A stream of numbers below `below` that is the same in every run. */
function createDice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Body = Record<string, unknown>;
const put = (node: Body, name: string, value: unknown): void => {
  Object.defineProperty(node, name, { value, enumerable: true, configurable: true, writable: true });
};

/** A copy of one level, also of an array that got a field named `constructor`. */
const copyOf = (node: Body): Body =>
  Array.isArray(node) ? (Object.defineProperties([], Object.getOwnPropertyDescriptors(node)) as unknown as Body) : { ...node };

/** A body with a third of its optional fields, so that many bodies take little time, and one to three changes, at any depth. */
function mutated(body: object, roll: (below: number) => number): Body {
  const kept = Object.entries(body).filter(([name]) => !(name in COMMON) || roll(3) === 0);
  const copy: Body = Object.fromEntries(kept);
  for (let left = 1 + roll(3); left > 0; left--) {
    let node: Body = copy;
    for (;;) {
      const names = Object.keys(node);
      const name = names[roll(names.length)] ?? "extra";
      const child = node[name];
      if (typeof child === "object" && child !== null && roll(4) > 0) {
        const inside = copyOf(child as Body);
        put(node, name, inside);
        node = inside;
        continue;
      }
      // Another value, a field less, a field more.
      if (roll(3) === 0) delete node[name];
      else put(node, roll(4) === 0 ? (NAMES[roll(NAMES.length)] ?? "extra") : name, VALUES[roll(VALUES.length)]);
      break;
    }
  }
  return copy;
}

/** Names that the schema treats in a way of its own and the written code leaves to it. */
const isLeftToSchema = (body: Body): boolean => /"(__proto__|constructor)":/.test(JSON.stringify(body));

const FORMS: readonly (readonly [string, z.ZodType, (body: unknown) => unknown, readonly object[]])[] = [
  ["transactions", Transaction, checkedTransaction, TRANSACTIONS],
  ["events", Event, checkedEvent, EVENTS],
];

test.each(FORMS)(
  "written code and schema agree on 50,000 changed %s, to the order of the fields",
  { timeout: 120_000 },
  (_, schema, check, bodies) => {
    const roll = createDice(20_261_130);
    let fitting = 0;
    for (const body of bodies) expect(check(body)).toEqual(schema.parse(body));
    for (let n = 0; n < 50_000; n++) {
      const body = mutated(bodies[n % bodies.length] ?? {}, roll);
      const ours = check(body);
      const parsed = schema.safeParse(body);
      if (ours === undefined) {
        if (parsed.success && !isLeftToSchema(body)) expect.fail(`only the schema takes ${JSON.stringify(body)}`);
        continue;
      }
      fitting += 1;
      if (!parsed.success) expect.fail(`only the written code takes ${JSON.stringify(body)}`);
      const [written, read] = [JSON.stringify(ours), JSON.stringify(parsed.data)];
      if (written !== read) expect.fail(`${written} is not ${read}`);
    }
    expect(fitting).toBeGreaterThan(5_000);
    expect(fitting).toBeLessThan(45_000);
  },
);

test("the written code takes objects only, and no field that is there but undefined", () => {
  expect(checkedTransaction({ type: "PAYMENT", amount: 1, stage: undefined })).toBeUndefined();
  expect(checkedTransaction([])).toBeUndefined();
  expect(checkedTransaction(null)).toBeUndefined();
});
