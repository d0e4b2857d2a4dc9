import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAddressStore } from "../../src/adapters/postgres/address-analysis.ts";
import { recordEntries } from "../../src/adapters/postgres/record-entries.ts";
import type { AddressQuery, AddressStore } from "../../src/ports/addresses.ts";
import type { RecordEntry } from "../../src/ports/records.ts";
import { aDecided, anEntry, anEvent, DAY_MS, NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 10_000;
const ALL: AddressQuery = { livemode: true, leastRisk: 0, mostRisk: 100, text: null, page: 1, pageSize: 50 };
let db: TestDatabase;
let store: AddressStore;
beforeAll(async () => {
  db = await createTestDatabase();
  store = createAddressStore(db.database);
});
afterAll(() => db.close());
beforeEach(() => db.rows("truncate events, event_ids, payments, decisions, decision_ids, ip_analysis, ip_parties, client_countries"));

const record = async (...entries: RecordEntry[]) =>
  expectValue(await recordEntries(db.database, entries, { currency: { code: "EUR", exponent: 2 }, budgetMs: BUDGET_MS }));
const known = async (address: string, livemode = true) => expectValue(await store.byAddress(livemode, [address], BUDGET_MS))[0];
const from = (id: string, ip: string, more: { client?: string; device?: string; atMs?: number } = {}): RecordEntry =>
  aDecided(
    anEvent({ id, occurredAtMs: more.atMs ?? NOON, dimensions: { ip, client: more.client ?? "ann", device: more.device ?? "phone" } }),
  );

test("events, clients, devices and decisions of an address count once, whatever is recorded twice", async () => {
  const batch = [
    from("t1", "192.0.2.1"),
    from("t2", "192.0.2.1", { client: "bob", atMs: NOON + 1_000 }),
    from("t3", "192.0.2.1", { device: "laptop", atMs: NOON + 2_000 }),
  ];
  await record(...batch);
  await record(...batch);
  expect(await known("192.0.2.1")).toMatchObject({
    ...{ events: 3, clients: 2, devices: 2, outcomes: { allow: 3, challenge: 0, review: 0, block: 0 } },
    ...{ firstSeenMs: NOON, lastSeenMs: NOON + 2_000, recent: { decisions: 3 } },
  });
});

test("batches at the same time add up", async () => {
  await Promise.all(
    Array.from({ length: 6 }, (_, run) =>
      record(...Array.from({ length: 20 }, (_, i) => from(`t${run}-${i}`, `192.0.2.${(i * 7) % 10}`, { client: `c${i}` }))),
    ),
  );
  const found = expectValue(await store.search(ALL, BUDGET_MS));
  expect(found.total).toBe(10);
  expect(found.addresses.map(({ events }) => events)).toEqual(Array(10).fill(12));
  expect(found.addresses.map(({ clients }) => clients)).toEqual(Array(10).fill(2));
});

test("the two worlds are apart, and an event without an address counts nowhere", async () => {
  await record({ ...from("t1", "192.0.2.1"), livemode: false }, anEntry(anEvent({ id: "t2", dimensions: { client: "ann" } })));
  expect(await known("192.0.2.1")).toBeUndefined();
  expect(await known("192.0.2.1", false)).toMatchObject({ events: 1 });
  expect(await db.rows("select ip_key from ip_analysis")).toHaveLength(1);
});

test("failed logins are told from others", async () => {
  const login = (id: string, status: "success" | "failed") =>
    anEntry(anEvent({ id, type: "login", status, dimensions: { ip: "2001:db8:1:2::/64", client: "ann" } }));
  await record(login("l1", "failed"), login("l2", "failed"), login("l3", "success"));
  expect(await known("2001:db8:1:2::/64")).toMatchObject({
    logins: 3,
    failedLogins: 2,
    recent: { logins: 3, failedLogins: 2, decisions: 0 },
  });
});

test("what the score is made of halves in 30 days, totals stay", async () => {
  await record(from("t1", "192.0.2.1"), from("t2", "192.0.2.1"));
  await record(from("t3", "192.0.2.1", { atMs: NOON + 30 * DAY_MS }));
  const found = await known("192.0.2.1");
  expect(found?.recent.decisions).toBeCloseTo(2, 6);
  expect(found?.outcomes.allow).toBe(3);
  await record(from("t4", "192.0.2.1", { atMs: NOON - DAY_MS }));
  expect((await known("192.0.2.1"))?.recent.decisions).toBeCloseTo(3, 6);
  expect((await known("192.0.2.1"))?.firstSeenMs).toBe(NOON - DAY_MS);
});

test("a score is saved for the counts it was made of, and for no others", async () => {
  await record(from("t1", "192.0.2.1"));
  const before = await known("192.0.2.1");
  await record(from("t2", "192.0.2.1"));
  const score = { livemode: true, address: "192.0.2.1", riskScore: 77.5, lists: ["tor"] };
  expectValue(await store.saveScores([{ ...score, changes: before?.changes ?? -1 }], BUDGET_MS));
  expect((await known("192.0.2.1"))?.riskScore).toBe(0);
  expectValue(await store.saveScores([{ ...score, changes: (before?.changes ?? -1) + 1 }], BUDGET_MS));
  expect(await known("192.0.2.1")).toMatchObject({ riskScore: 77.5, lists: ["tor"] });
  expectValue(await store.saveScores([{ ...score, riskScore: 50, lists: null, changes: (before?.changes ?? -1) + 1 }], BUDGET_MS));
  expect(await known("192.0.2.1")).toMatchObject({ riskScore: 50, lists: ["tor"] });
});

test("addresses are found by risk and by a part of them, the riskiest first, page by page", async () => {
  await record(...["192.0.2.1", "192.0.2.2", "198.51.100.1", "2001:db8:aa::/64"].map((ip, i) => from(`t${i}`, ip)));
  const scores = { "192.0.2.1": 10, "192.0.2.2": 90, "198.51.100.1": 50, "2001:db8:aa::/64": 50 };
  expectValue(
    await store.saveScores(
      Object.entries(scores).map(([address, riskScore]) => ({ livemode: true, address, changes: 1, riskScore, lists: null })),
      BUDGET_MS,
    ),
  );
  const search = async (query: Partial<AddressQuery>) => {
    const found = expectValue(await store.search({ ...ALL, ...query }, BUDGET_MS));
    return { total: found.total, addresses: found.addresses.map(({ address }) => address) };
  };
  expect(await search({})).toEqual({ total: 4, addresses: ["192.0.2.2", "198.51.100.1", "2001:db8:aa::/64", "192.0.2.1"] });
  expect(await search({ leastRisk: 50, mostRisk: 50 })).toEqual({ total: 2, addresses: ["198.51.100.1", "2001:db8:aa::/64"] });
  expect(await search({ text: "192.0.2" })).toEqual({ total: 2, addresses: ["192.0.2.2", "192.0.2.1"] });
  expect(await search({ text: "DB8:AA" })).toMatchObject({ total: 1 });
  expect(await search({ text: "%" })).toMatchObject({ total: 0 });
  expect(await search({ page: 2, pageSize: 3 })).toEqual({ total: 4, addresses: ["192.0.2.1"] });
});

test("addresses that were not seen for long are forgotten with whom they were seen with", async () => {
  await record(from("t1", "192.0.2.1", { atMs: NOON - 500 * DAY_MS }), from("t2", "192.0.2.2"));
  expect(expectValue(await store.forget(NOON - 400 * DAY_MS, BUDGET_MS))).toBe(1);
  expect(expectValue(await store.forget(NOON - 400 * DAY_MS, BUDGET_MS))).toBe(0);
  expect(await known("192.0.2.1")).toBeUndefined();
  expect(await db.rows("select distinct ip_key from ip_parties")).toEqual([{ ip_key: "192.0.2.2" }]);
});

test("the countries of a client are remembered with their first and last time, those of blocked transactions are not", async () => {
  const inCountry = (id: string, country: string, atMs: number, outcome: "allow" | "block" = "allow") =>
    aDecided(anEvent({ id, occurredAtMs: atMs, dimensions: { client: "ann" }, body: { ip_geo: { country } } }), { outcome });
  await record(
    inCountry("t1", "de", NOON),
    inCountry("t2", "DE", NOON + 2 * DAY_MS),
    inCountry("t3", "FR", NOON),
    inCountry("t4", "RU", NOON, "block"),
  );
  const rows = await db.rows("select country, first_at, last_at from client_countries order by country");
  expect(rows).toEqual([
    { country: "DE", first_at: new Date(NOON), last_at: new Date(NOON + 2 * DAY_MS) },
    { country: "FR", first_at: new Date(NOON), last_at: new Date(NOON) },
  ]);
});
