import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { recordEntries } from "../../src/adapters/postgres/record-entries.ts";
import type { RecordEntry } from "../../src/ports/records.ts";
import { aDecided, anEntry, anEvent, aPayment, DAY_MS, NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const currency = { code: "EUR", exponent: 2 };
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
beforeEach(() => db.rows("truncate events, event_ids, payments, decisions, decision_ids, daily_counters"));

const record = async (...entries: RecordEntry[]) => expectValue(await recordEntries(db.database, entries, { currency, budgetMs: 10_000 }));
const counts = async () =>
  (
    await db.rows(`select (select count(*) from events) as events, (select count(*) from event_ids) as ids, (select count(*) from decisions) as decisions,
      (select count(*) from decision_ids) as decision_ids, (select coalesce(sum(decisions), 0) from daily_counters) as counted`)
  )[0];
const statusOf = async (id: string, livemode = true) =>
  (await db.rows("select status from events where id = $1 and livemode = $2", [id, livemode]))[0]?.status;
const transactions = (n: number, from = 0) =>
  Array.from({ length: n }, (_, i) => aDecided(anEvent({ id: `t${from + i}`, occurredAtMs: NOON + i })));

test("the same batch twice records everything once and says what was new", async () => {
  const batch = transactions(100);
  expect(await record(...batch)).toEqual(batch.map(() => ({ eventIsNew: true, decisionIsNew: true })));
  expect(await record(...batch)).toEqual(batch.map(() => ({ eventIsNew: false, decisionIsNew: false })));
  expect(await counts()).toEqual({ events: 100, ids: 100, decisions: 100, decision_ids: 100, counted: 100 });
});

test("overlapping batches and an id twice in one batch count once", async () => {
  const [first, ...rest] = transactions(50);
  if (first === undefined) throw new Error("no batch");
  expect((await record(first, ...rest, first)).at(-1)).toEqual({ eventIsNew: false, decisionIsNew: false });
  await record(...transactions(50, 25));
  expect(await counts()).toEqual({ events: 75, ids: 75, decisions: 75, decision_ids: 75, counted: 75 });
});

test("batches recorded at the same time, in opposite order, neither double nor block each other", async () => {
  const batch = transactions(60);
  const runs = await Promise.all([...Array(6)].map((_, i) => record(...(i % 2 === 0 ? batch : [...batch].reverse()))));
  expect(runs.flat().filter((entry) => entry.eventIsNew)).toHaveLength(60);
  expect(runs.flat().filter((entry) => entry.decisionIsNew)).toHaveLength(60);
  expect(await counts()).toEqual({ events: 60, ids: 60, decisions: 60, decision_ids: 60, counted: 60 });
});

test("a batch whose answer was lost after it committed may be sent again", async () => {
  const batch = transactions(10);
  db.gateways.neon.faults.set([{ kind: "drop_answer", match: "new_decision" }]);
  const lost = await recordEntries(db.database, batch, { currency, budgetMs: 5_000 });
  db.gateways.neon.faults.set([]);
  expect(lost).toMatchObject({ ok: false, error: { source: "postgres", reason: "unavailable" } });
  expect(await counts()).toMatchObject({ events: 10, counted: 10 });
  await record(...batch);
  expect(await counts()).toMatchObject({ events: 10, decisions: 10, counted: 10 });
});

test("the two worlds may use one id and never see each other", async () => {
  const event = anEvent({ id: "same" });
  const test = aDecided(event, { outcome: "block", answer: { decision_id: "of the test world" } }, { livemode: false });
  await record(aDecided(event), test);
  expect(await counts()).toMatchObject({ events: 2, decisions: 2 });
  expect([await statusOf("same", true), await statusOf("same", false)]).toEqual(["attempted", "blocked"]);
});

test("an event without a decision, its decision later, and a second stage are one event", async () => {
  const event = anEvent({ id: "t" });
  const second = anEvent({ id: "t", stage: "post_auth", occurredAtMs: NOON + 60_000 });
  expect(await record(anEntry(event))).toEqual([{ eventIsNew: true, decisionIsNew: false }]);
  expect(await record(aDecided(event))).toEqual([{ eventIsNew: false, decisionIsNew: true }]);
  expect(await record(aDecided(second, { outcome: "block" }))).toEqual([{ eventIsNew: false, decisionIsNew: true }]);
  expect(await counts()).toEqual({ events: 1, ids: 1, decisions: 2, decision_ids: 2, counted: 2 });
  expect(await db.rows("select status, request_id from events")).toEqual([{ status: "blocked", request_id: "decision of t post_auth" }]);
});

test("a later stage that does not block lifts the block", async () => {
  await record(aDecided(anEvent({ id: "t", stage: "a" }), { outcome: "block" }));
  await record(aDecided(anEvent({ id: "t", stage: "b" }), { decidedAtMs: NOON + 1 }));
  expect(await statusOf("t")).toBe("attempted");
});

test("the latest payment sets the status, in whatever order events and payments arrive", async () => {
  const entries = [
    aDecided(anEvent({ id: "t" }), { outcome: "block" }),
    anEntry(aPayment("p9", "t", "authorized", NOON + 1_000)),
    anEntry(aPayment("p5", "t", "captured", NOON + 2_000)),
    anEntry(aPayment("p1", "t", "chargeback", NOON + 20 * DAY_MS)),
  ];
  for (const order of [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [1, 3, 0, 2],
  ]) {
    await db.rows("truncate events, event_ids, payments, decisions, decision_ids, daily_counters");
    for (const i of order) await record(...entries.slice(i, i + 1));
    expect(await statusOf("t"), order.join()).toBe("chargeback");
  }
});

test("a transaction and its payment recorded at the same time end with the payment's status", async () => {
  for (let i = 0; i < 20; i++)
    await Promise.all([record(aDecided(anEvent({ id: `t${i}` }))), record(anEntry(aPayment(`p${i}`, `t${i}`, "declined", NOON + 1)))]);
  expect(await db.rows("select count(*) as n from events where type = 'transaction' and status = 'declined'")).toEqual([{ n: 20 }]);
});

test("text Postgres cannot hold is replaced, and keeps nothing else out", async () => {
  const hostile = anEvent({ id: "nul", body: { note: "a\0b \ud800 ok", "ke\0y": ["\udfff"], "back\\u0000slash": "kept \\u0000" } });
  await record(anEntry(hostile), ...transactions(2));
  expect(await db.rows("select body from events where id = 'nul'")).toEqual([
    { body: { note: "a\ufffdb \ufffd ok", "ke\ufffdy": ["\ufffd"], "back\\u0000slash": "kept \\u0000" } },
  ]);
  expect(await counts()).toMatchObject({ events: 3 });
});

test("times at the ends of the calendar are clamped, not refused", async () => {
  await record(anEntry(anEvent({ id: "old", occurredAtMs: -8.64e15 })), anEntry(anEvent({ id: "far", occurredAtMs: 8.64e15 })));
  expect(await db.rows("select id, extract(year from occurred_at at time zone 'UTC')::int as year from events order by 1")).toEqual([
    { id: "far", year: 9999 },
    { id: "old", year: 1 },
  ]);
});

test("recording nothing asks nothing", async () => {
  expect(await record()).toEqual([]);
});

test("a whole address keeps its host part, counting keeps its /64", async () => {
  const dimensions = { client: "c", ip: "2001:db8:0:1::/64" };
  await record(
    anEntry(anEvent({ id: "v6", dimensions, body: { ip_address: "2001:db8:0:1::9" } })),
    anEntry(anEvent({ id: "bad", body: { ip_address: "10.1" } })),
  );
  expect(await db.rows("select id, host(ip) as ip, ip_key from events order by 1")).toEqual([
    { id: "bad", ip: null, ip_key: null },
    { id: "v6", ip: "2001:db8:0:1::9", ip_key: "2001:db8:0:1::/64" },
  ]);
});
