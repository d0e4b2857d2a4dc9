import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAggregateSource } from "../../src/adapters/postgres/aggregate-source.ts";
import { createMaintenance } from "../../src/adapters/postgres/maintenance.ts";
import { createRecordStore } from "../../src/adapters/postgres/record-store.ts";
import type { CanonicalEvent } from "../../src/core/event/event.ts";
import type { HistoryDeclaration } from "../../src/core/features/declaration.ts";
import type { AggregateRequest } from "../../src/ports/aggregates.ts";
import type { RecordStore } from "../../src/ports/records.ts";
import { aHistory, aTest } from "../support/records/history-builder.ts";
import { aDecided, anEntry, anEvent, aPayment, DAY_MS, NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 10_000;
const HOUR_MS = 3_600_000;
let db: TestDatabase;
let store: RecordStore;
beforeAll(async () => {
  db = await createTestDatabase();
  store = createRecordStore(db.database, { code: "EUR", exponent: 2 });
});
afterAll(() => db.close());
beforeEach(() => db.rows("truncate events, event_ids, payments, decisions, decision_ids, user_profiles, behavioral_patterns"));

/** S1.1, S1.5 and S1.7 as declared features. */
const AMOUNT = { of: "amount", type: "money" } as const;
const S1: readonly HistoryDeclaration[] = [
  aHistory({ name: "transaction_count_30d" }),
  aHistory({ name: "amount_mean_30d", op: "avg", ...AMOUNT }),
  aHistory({ name: "amount_std_30d", op: "std", ...AMOUNT }),
  aHistory({ name: "amount_median_30d", op: "median", ...AMOUNT }),
  aHistory({ name: "amount_p95_30d", op: "quantile", q: 0.95, ...AMOUNT }),
  aHistory({ name: "amount_max_30d", op: "max", ...AMOUNT }),
  aHistory({ name: "night_share_30d", op: "share", type: "ratio", where: aTest("hour", "lte", 5) }),
  aHistory({ name: "dest_distinct_senders_7d", op: "countDistinct", of: "client", by: ["dest"], windowMs: 7 * DAY_MS }),
  aHistory({ name: "dest_count_7d", by: ["dest"], windowMs: 7 * DAY_MS }),
  aHistory({ name: "dest_total_7d", op: "sum", by: ["dest"], windowMs: 7 * DAY_MS, ...AMOUNT }),
  aHistory({ name: "dest_avg_7d", op: "avg", by: ["dest"], windowMs: 7 * DAY_MS, ...AMOUNT }),
  aHistory({ name: "dest_last_7d_at", op: "lastSeen", type: "time", by: ["dest"], windowMs: 7 * DAY_MS }),
  aHistory({ name: "dest_paid_7d", op: "sum", by: ["dest"], as: "client", windowMs: 7 * DAY_MS, ...AMOUNT }),
];

const record = async (...events: CanonicalEvent[]) =>
  expectValue(
    await store.record(
      events.map((event) => anEntry(event)),
      BUDGET_MS,
    ),
  );
async function ask(request: Partial<AggregateRequest> = {}, declared = S1, timeZone = "UTC") {
  const source = createAggregateSource(db.database, declared, { livemode: true, timeZone });
  return expectValue(
    await source.aggregate({ client: "client-1", dest: "shop-1", asOfMs: NOON, exceptId: "now", budgetMs: BUDGET_MS, ...request }),
  );
}
const spend = (id: string, ageMs: number, amountMinor: number, changes: Partial<CanonicalEvent> = {}) =>
  anEvent({ id, occurredAtMs: NOON - ageMs, amountMinor, ...changes });

test("a client and a destination without history have counts and sums of 0 and nothing else", async () => {
  const { client, dest } = await ask();
  expect(client).toEqual({
    asOfMs: NOON,
    values: {
      transaction_count_30d: 0,
      amount_mean_30d: null,
      amount_std_30d: null,
      amount_median_30d: null,
      amount_p95_30d: null,
      amount_max_30d: null,
      night_share_30d: null,
    },
    dests: { "shop-1": { count: 0, totalMinor: 0, lastMs: 0 } },
    destsComplete: true,
    profile: null,
    behaviour: null,
  });
  expect(dest).toEqual({
    asOfMs: NOON,
    values: { dest_distinct_senders_7d: 0, dest_count_7d: 0, dest_total_7d: 0, dest_avg_7d: null, dest_last_7d_at: null, dest_paid_7d: 0 },
  });
});

test("without a client or a destination there is nothing to say of it", async () => {
  await record(spend("a", HOUR_MS, 100));
  expect((await ask({ client: null })).client).toBeNull();
  expect((await ask({ client: null })).dest?.values).toMatchObject({ dest_count_7d: 1 });
  expect((await ask({ dest: null })).dest).toBeNull();
  expect((await ask({ dest: null })).client?.values).toMatchObject({ transaction_count_30d: 1 });
});

test("one transaction is its own mean, median, p95 and maximum, with no spread", async () => {
  await record(spend("a", HOUR_MS, 4_321));
  const { client } = await ask();
  expect(client?.values).toMatchObject({
    amount_mean_30d: 4_321,
    amount_std_30d: 0,
    amount_median_30d: 4_321,
    amount_p95_30d: 4_321,
    amount_max_30d: 4_321,
  });
});

test("percentiles interpolate between neighbours, and an even count's median lies between two", async () => {
  await record(...[100, 200, 300, 400].map((amount, i) => spend(`a${i}`, HOUR_MS + i, amount)));
  const { client } = await ask();
  expect(client?.values.amount_median_30d).toBe(250);
  expect(client?.values.amount_p95_30d).toBeCloseTo(385, 9);
  expect(client?.values.amount_std_30d).toBeCloseTo(Math.sqrt(12_500), 9);
});

test("a window holds its end and not its start; later events and the event itself are outside", async () => {
  await record(
    spend("start", 30 * DAY_MS, 1),
    spend("inside", 30 * DAY_MS - 1, 10),
    spend("end", 0, 100),
    spend("later", -1, 1_000),
    spend("now", 0, 10_000),
  );
  const { client, dest } = await ask();
  expect(client?.values).toMatchObject({ transaction_count_30d: 2, amount_max_30d: 100 });
  expect(client?.dests).toEqual({ "shop-1": { count: 3, totalMinor: 111, lastMs: NOON } });
  expect(dest?.values).toMatchObject({ dest_count_7d: 1, dest_last_7d_at: NOON });
});

test("blocked and declined attempts count and are in no sum and no statistic", async () => {
  const blocked = aDecided(spend("b", HOUR_MS, 99_999), { outcome: "block" });
  const declined = anEntry(spend("d", HOUR_MS, 88_888));
  const payment = anEntry(aPayment("p", "d", "declined", NOON - 1));
  expectValue(await store.record([blocked, declined, payment, anEntry(spend("a", 2 * HOUR_MS, 100))], BUDGET_MS));
  const { client, dest } = await ask();
  expect(client?.values).toMatchObject({ transaction_count_30d: 3, amount_mean_30d: 100, amount_max_30d: 100, amount_p95_30d: 100 });
  expect(client?.dests).toEqual({ "shop-1": { count: 3, totalMinor: 100, lastMs: NOON - HOUR_MS } });
  expect(dest?.values).toMatchObject({ dest_count_7d: 3, dest_total_7d: 100, dest_avg_7d: 100 });
});

test("a mule is seen by its senders, and as a payer by what it sends on", async () => {
  const senders = Array.from({ length: 60 }, (_, i) =>
    spend(`s${i}`, HOUR_MS + i, 1_000, { dimensions: { client: `c${i % 55}`, dest: "mule" } }),
  );
  await record(...senders, spend("on", HOUR_MS, 50_000, { dimensions: { client: "mule", dest: "abroad" } }));
  const { dest } = await ask({ dest: "mule" });
  expect(dest?.values).toMatchObject({
    dest_distinct_senders_7d: 55,
    dest_count_7d: 60,
    dest_total_7d: 60_000,
    dest_avg_7d: 1_000,
    dest_paid_7d: 50_000,
  });
});

test("the night is from 0 to before 6 on the service's clock, whatever daylight saving does to it", async () => {
  // Berlin leaves summer time on 2026-10-25 at 03:00: before it is UTC+2, after it UTC+1.
  const at = (iso: string, i: number) => anEvent({ id: `n${i}`, occurredAtMs: Date.parse(iso) });
  const times = [
    "2026-10-24T21:59:59.999Z", // 23:59:59.999
    "2026-10-24T22:00:00Z", //     00:00, night
    "2026-10-25T00:30:00Z", //     02:30 the first time, night
    "2026-10-25T01:30:00Z", //     02:30 the second time, night
    "2026-10-25T04:59:59.999Z", // 05:59:59.999, night
    "2026-10-25T05:00:00Z", //     06:00
    "2026-11-01T22:59:59.999Z", // 23:59:59.999
    "2026-11-01T23:00:00Z", //     00:00, night
  ];
  await record(...times.map(at));
  expect((await ask({}, S1, "Europe/Berlin")).client?.values.night_share_30d).toBe(5 / 8);
  expect((await ask({}, S1, "UTC")).client?.values.night_share_30d).toBe(4 / 8);
  expect((await ask({}, S1, "Asia/Kolkata")).client?.values.night_share_30d).toBe(4 / 8);
});

test("of more than 256 destinations the newest are listed, and the one asked about is exact wherever it stands", async () => {
  const shops = Array.from({ length: 300 }, (_, i) =>
    spend(`t${i}`, (i + 1) * HOUR_MS, 100, { dimensions: { client: "client-1", dest: `shop-${i}` } }),
  );
  await record(...shops, spend("again", 301 * HOUR_MS, 50, { dimensions: { client: "client-1", dest: "shop-299" } }));
  const { client } = await ask({ dest: "shop-299" });
  expect(client?.destsComplete).toBe(false);
  expect(Object.keys(client?.dests ?? {})).toHaveLength(257);
  expect(client?.dests["shop-255"]).toBeDefined();
  expect(client?.dests["shop-256"]).toBeUndefined();
  expect(client?.dests["shop-299"]).toEqual({ count: 2, totalMinor: 150, lastMs: NOON - 300 * HOUR_MS });
  expect((await ask({ dest: "never" })).client?.dests.never).toEqual({ count: 0, totalMinor: 0, lastMs: 0 });
});

test("exactly 256 destinations are a complete list", async () => {
  await record(...Array.from({ length: 256 }, (_, i) => spend(`t${i}`, i, 100, { dimensions: { client: "client-1", dest: `shop-${i}` } })));
  const { client } = await ask({ dest: "never" });
  expect(client?.destsComplete).toBe(true);
  expect(client?.dests.never).toEqual({ count: 0, totalMinor: 0, lastMs: 0 });
});

test("names and ids that mean something to JavaScript are names and ids", async () => {
  await record(spend("t", HOUR_MS, 100, { dimensions: { client: "client-1", dest: "__proto__" } }));
  const { client } = await ask({ dest: "__proto__" }, [aHistory({ name: "__proto__" })]);
  expect(Object.entries(client?.dests ?? {})).toEqual([["__proto__", { count: 1, totalMinor: 100, lastMs: NOON - HOUR_MS }]]);
  expect(Object.entries(client?.values ?? {})).toEqual([["__proto__", 1]]);
});

test("values reach Postgres as parameters: an id or a literal that looks like SQL is text", async () => {
  const sly = "x' or '1'='1'; drop table events --";
  await record(spend("t", HOUR_MS, 100), spend("sly", HOUR_MS, 100, { dimensions: { client: sly, dest: sly } }));
  const { client } = await ask({ client: sly, dest: sly }, [aHistory({ name: "n", where: aTest("dest", "eq", sly) })]);
  expect(client?.values).toEqual({ n: 1 });
});

test("the profile and the behaviour of the client come with the same answer", async () => {
  const login = (id: string, ageMs: number) =>
    anEvent({ id, type: "login", status: "success", occurredAtMs: NOON - ageMs, dimensions: { client: "client-1" } });
  await record(login("l1", 4 * HOUR_MS), login("l2", 2 * HOUR_MS));
  expectValue(await store.putProfile("client-1", { tier: "gold", limit: 5.5 }, true, BUDGET_MS));
  expectValue(await store.putProfile("client-1", { tier: "other world" }, false, BUDGET_MS));
  expectValue(await createMaintenance(db.database, "UTC").updateBehaviouralPatterns(NOON, BUDGET_MS));
  const { client } = await ask();
  expect(client?.profile).toEqual({ tier: "gold", limit: 5.5 });
  expect(client?.behaviour).toEqual({
    avg_login_interval: 2,
    std_login_interval: 0,
    var_login_interval: 0,
    coef_variation_login_interval: 0,
    fano_factor_login_interval: 0,
    is_outlier_flag: false,
    login_frequency_7d: 2,
    login_frequency_30d: 2,
  });
});

test("a feature file that asks Postgres for nothing still learns destinations and profile", async () => {
  await record(spend("t", HOUR_MS, 100));
  const { client, dest } = await ask({}, []);
  expect(client).toMatchObject({ values: {}, dests: { "shop-1": { count: 1 } } });
  expect(dest).toEqual({ asOfMs: NOON, values: {} });
});

test("fields of the body are read as core reads them: case-folded, absent when not sent, unknown to a comparison", async () => {
  const from = (id: string, body: CanonicalEvent["body"]) => spend(id, HOUR_MS, 1, { body });
  const body = { currency: "EUR", card: { country: "dk", funding: "PREPAID" }, user_agent: "Mozilla/5.0 (X11)" };
  await record(from("a", body), from("b", { currency: "usd", card: { country: "DE" } }), from("c", {}));
  const count = (name: string, where: HistoryDeclaration["where"]) => aHistory({ name, where });
  const { client } = await ask({}, [
    count("eur", aTest("currency", "eq", "eur")),
    count("not eur", aTest("currency", "ne", "eur")),
    count("not eur, or unsaid", aTest("currency", "ne", "eur", "unsaid")),
    count("not (eur)", { kind: "not", of: aTest("currency", "eq", "eur"), path: "" }),
    count("danish", aTest("card_country", "in", ["DK", "NO"])),
    count("prepaid", aTest("card_funding", "eq", "prepaid")),
    count("funding unsaid", aTest("card_funding", "exists", false)),
    count("linux", aTest("user_agent", "contains", "x11")),
  ]);
  expect(client?.values).toEqual({
    eur: 1,
    "not eur": 1,
    "not eur, or unsaid": 2,
    "not (eur)": 1,
    danish: 1,
    prepaid: 1,
    "funding unsaid": 2,
    linux: 1,
  });
});

test("an address is asked for by its prefix, longer than the /64 it is counted by", async () => {
  const from = (id: string, address: string) => spend(id, HOUR_MS, 1, { body: { ip_address: address } });
  await record(from("a", "2001:db8:0:1::5"), from("b", "2001:db8:0:1::105"), from("c", "192.0.2.9"), spend("d", HOUR_MS, 1));
  const count = (...cidrs: string[]) => aHistory({ name: cidrs.join(), where: aTest("ip", "cidr", cidrs) });
  const { client } = await ask({}, [count("2001:db8:0:1::/120"), count("192.0.2.0/24"), count("2001:db8::/32", "192.0.2.0/24")]);
  expect(client?.values).toEqual({ "2001:db8:0:1::/120": 1, "192.0.2.0/24": 1, "2001:db8::/32,192.0.2.0/24": 3 });
});

test("what SQL cannot answer as core does is refused when it is compiled", () => {
  const compile = (declaration: HistoryDeclaration) => () =>
    createAggregateSource(db.database, [declaration], { livemode: true, timeZone: "UTC" });
  expect(compile(aHistory({ name: "n", where: aTest("user_agent", "matches", "^a") }))).toThrow(/cannot answer `matches`/);
  expect(compile(aHistory({ name: "n", where: aTest("no_such_field", "eq", 1) }))).toThrow(/no field `no_such_field`/);
  expect(compile(aHistory({ name: "n", by: ["card"] }))).toThrow(/client and dest only: `n`/);
});

test("Postgres away or slow is a fault within the budget, never an exception", async () => {
  const source = createAggregateSource(db.database, S1, { livemode: true, timeZone: "UTC" });
  const request = { client: "client-1", dest: null, asOfMs: NOON, exceptId: "now", budgetMs: 40 };
  db.gateways.neon.faults.set([{ kind: "delay", ms: 60_000, times: 1 }]);
  expect(await source.aggregate(request)).toMatchObject({ ok: false, error: { source: "postgres", reason: "timeout" } });
  db.gateways.neon.faults.set([{ kind: "refuse", times: 1 }]);
  expect(await source.aggregate({ ...request, budgetMs: BUDGET_MS })).toMatchObject({ ok: false, error: { reason: "unavailable" } });
  expect(await source.aggregate({ ...request, budgetMs: BUDGET_MS })).toMatchObject({ ok: true });
});
