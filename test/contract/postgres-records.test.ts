import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createDatabase } from "../../src/adapters/postgres/database.ts";
import { createRecordStore } from "../../src/adapters/postgres/record-store.ts";
import type { RecordEntry, RecordStore } from "../../src/ports/records.ts";
import { aDecided, aDecision, anEntry, anEvent, aPayment, DAY_MS, type DecisionWish, NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 10_000;
const currency = { code: "EUR", exponent: 2 };
let db: TestDatabase;
let store: RecordStore;
beforeAll(async () => {
  db = await createTestDatabase();
  store = createRecordStore(db.database, currency);
});
afterAll(() => db.close());
beforeEach(() =>
  db.rows("truncate events, event_ids, payments, decisions, decision_ids, daily_counters, labels, user_profiles, dead_letters"),
);

const record = async (...entries: RecordEntry[]) => expectValue(await store.record(entries, BUDGET_MS));
const find = async (id: string, stage: string | null = null, livemode = true) =>
  expectValue(await store.findDecision(id, stage, livemode, BUDGET_MS));

test("a decision is found by its id, its transaction and its stage, with everything it read", async () => {
  const first = anEvent({ id: "t", stage: "pre_auth" });
  const second = anEvent({ id: "t", stage: "post_auth" });
  const wish: DecisionWish = { outcome: "challenge", decidedAtMs: NOON + 9, answer: { degraded: ["model"], recommendations: ["ask"] } };
  await record(aDecided(first), aDecided(second, wish));
  expect(await find("decision of t pre_auth")).toEqual({ ...aDecision(first), bodyHash: "hash of t" });
  expect(await find("t", "pre_auth")).toMatchObject(aDecision(first));
  expect(await find("t")).toMatchObject(aDecision(second, wish));
  expect([await find("t", "refund"), await find("nobody"), await find("t", null, false)]).toEqual([null, null, null]);
});

test("a stored answer comes back with its fields in their order", async () => {
  const event = anEvent({ id: "t" });
  await record(aDecided(event));
  expect(JSON.stringify((await find("t"))?.answer)).toBe(JSON.stringify(aDecision(event).answer));
});

test("the first recorded decision of a call stays, whatever comes later under its name", async () => {
  const event = anEvent({ id: "t" });
  await record(aDecided(event));
  await record(aDecided(event, { outcome: "block", answer: { decision_id: "another" } }));
  expect(await find("t")).toMatchObject(aDecision(event));
  expect(await find("another")).toBeNull();
});

test("an event is found as it was recorded, with its status as it is now", async () => {
  const event = anEvent({
    id: "t",
    latitude: 50.7,
    longitude: 7.1,
    occurredAtMs: NOON + 123,
    dimensions: {
      client: "c",
      dest: "d",
      device: "v",
      ip: "192.0.2.4",
      card: "k",
      email: "a@b.de",
      phone: "+49301",
      shipping: "de|1|x",
      city: "bonn",
      bin: "457173",
      merchant_1: "m1",
      merchant_2: "m2",
    },
    body: { nested: { list: [1, "2", null] }, amount: 50 },
  });
  await record(anEntry(event), anEntry(aPayment("p", "t", "refunded", NOON + 500)));
  expect(expectValue(await store.findEvent("t", true, BUDGET_MS))).toEqual({ ...event, status: "refunded" });
  expect(expectValue(await store.findEvent("t", false, BUDGET_MS))).toBeNull();
});

test("of several labels the latest by its own time wins, and the history stays", async () => {
  const label = { decisionId: "d", label: "fraud", source: "analyst", labelledAtMs: NOON, by: "ann" } as const;
  expect(expectValue(await store.latestLabel("d", BUDGET_MS))).toBeNull();
  for (const given of [
    label,
    { ...label, label: "chargeback", labelledAtMs: NOON + DAY_MS },
    { ...label, label: "legitimate", labelledAtMs: NOON - 1 },
    label,
  ] as const)
    expectValue(await store.putLabel(given, BUDGET_MS));
  expect(expectValue(await store.latestLabel("d", BUDGET_MS))).toEqual({ ...label, label: "chargeback", labelledAtMs: NOON + DAY_MS });
  expect(await db.rows("select label from labels order by labelled_at")).toEqual([
    { label: "legitimate" },
    { label: "fraud" },
    { label: "chargeback" },
  ]);
});

test("of two labels at one time the one given later wins", async () => {
  const label = { decisionId: "d", label: "fraud", source: "analyst", labelledAtMs: NOON, by: "ann" } as const;
  expectValue(await store.putLabel(label, BUDGET_MS));
  expectValue(await store.putLabel({ ...label, label: "legitimate" }, BUDGET_MS));
  expect(expectValue(await store.latestLabel("d", BUDGET_MS))?.label).toBe("legitimate");
});

test("a profile is replaced as a whole, in its own world", async () => {
  expectValue(await store.putProfile("c", { tier: "gold", age: 30 }, true, BUDGET_MS));
  expectValue(await store.putProfile("c", { vip: true }, true, BUDGET_MS));
  expectValue(await store.putProfile("c", { tier: "test" }, false, BUDGET_MS));
  expect(await db.rows("select livemode, attributes from user_profiles order by livemode")).toEqual([
    { livemode: false, attributes: { tier: "test" } },
    { livemode: true, attributes: { vip: true } },
  ]);
});

test("stats count decisions once and are the same for a client that has just connected", async () => {
  expect(expectValue(await store.stats(true, BUDGET_MS))).toEqual({ totalPredictions: 0, fraudDetected: 0, lastPredictionMs: null });
  const days = [0, 1, 2].map((day) =>
    aDecided(anEvent({ id: `t${day}` }), { outcome: day === 1 ? "block" : "review", decidedAtMs: NOON + day * DAY_MS }),
  );
  await record(...days, anEntry(anEvent({ id: "undecided" })));
  await record(...days.slice(0, 2));
  const afterRestart = createRecordStore(createDatabase({ url: db.database.url, endpoint: db.gateways.vars.NEON_HTTP_ENDPOINT }), currency);
  expect(expectValue(await afterRestart.stats(true, BUDGET_MS))).toEqual({
    totalPredictions: 3,
    fraudDetected: 1,
    lastPredictionMs: NOON + 2 * DAY_MS,
  });
  expect(expectValue(await store.stats(false, BUDGET_MS)).totalPredictions).toBe(0);
  expect(
    await db.rows("select sum(allowed) as a, sum(challenged) as c, sum(reviewed) as r, sum(blocked) as b from daily_counters"),
  ).toEqual([{ a: 0, c: 0, r: 2, b: 1 }]);
});

test("what Redis never confirmed is listed oldest first until it is marked, in its own world only", async () => {
  const late = aDecided(anEvent({ id: "late" }), {}, { receivedAtMs: NOON + 5, velocityPending: true });
  const early = anEntry(anEvent({ id: "same", type: "login", transactionType: null, amountMinor: null, status: "failed" }), {
    receivedAtMs: NOON + 1,
    velocityPending: true,
  });
  const otherWorld = { ...early, livemode: false, receivedAtMs: NOON + 2 };
  await record(late, early, otherWorld, anEntry(anEvent({ id: "confirmed" })));
  expect(expectValue(await store.unappended(10, BUDGET_MS))).toEqual([early, otherWorld, late]);
  expect(expectValue(await store.unappended(1, BUDGET_MS))).toEqual([early]);
  expectValue(
    await store.markAppended(
      [
        { id: "same", livemode: true },
        { id: "late", livemode: true },
      ],
      BUDGET_MS,
    ),
  );
  expect(expectValue(await store.unappended(10, BUDGET_MS))).toEqual([otherWorld]);
});

test("a dead letter keeps the text, however broken, and the reason", async () => {
  expectValue(await store.addDeadLetter('{"broken": "\0', "not JSON", BUDGET_MS));
  expect(await db.rows("select text, reason from dead_letters")).toEqual([{ text: '{"broken": "\ufffd', reason: "not JSON" }]);
});
