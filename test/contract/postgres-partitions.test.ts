import { afterAll, beforeEach, expect, test } from "vitest";
import { maintainPartitions } from "../../src/adapters/postgres/maintenance.ts";
import { createRecordStore } from "../../src/adapters/postgres/record-store.ts";
import type { RecordEntry } from "../../src/ports/records.ts";
import { aDecided, anEntry, anEvent, aPayment, DAY_MS } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 20_000;
// Years away from the months that the migration made for the present.
const NOW = Date.UTC(2031, 4, 20, 12);
const MONTHS = ["2031_05", "2031_06", "2031_07", "2031_08"];
let db: TestDatabase | undefined;
const opened: TestDatabase[] = [];
beforeEach(async () => {
  db = await createTestDatabase();
  opened.push(db);
});
afterAll(() => Promise.all(opened.map((each) => each.close())));

function current(): TestDatabase {
  if (db === undefined) throw new Error("no database");
  return db;
}
const record = async (...entries: RecordEntry[]) =>
  expectValue(await createRecordStore(current().database, { code: "EUR", exponent: 2 }).record(entries, BUDGET_MS));
const maintain = async (nowMs: number, retentionDays = 400) =>
  expectValue(await maintainPartitions(current().database, { nowMs, retentionDays }, BUDGET_MS));
const places = (table = "events") =>
  current().rows(`select tableoid::regclass::text as place, count(*) as n from ${table} group by 1 order by 1`);

test("this month and three ahead are made for events and decisions, and a second run makes nothing", async () => {
  const made = (await maintain(NOW)).filter(({ action }) => action === "made").map(({ name }) => name);
  expect(made).toEqual([...MONTHS.map((month) => `events_${month}`), ...MONTHS.map((month) => `decisions_${month}`)]);
  expect(await maintain(NOW)).toEqual([]);
});

test("a fresh database records the present in a month of its own", async () => {
  await record(aDecided(anEvent({ id: "t", occurredAtMs: Date.now() })));
  expect(await places()).toEqual([{ place: `events_${new Date().toISOString().slice(0, 7).replace("-", "_")}`, n: 1 }]);
});

test("events outside every month are kept, found, counted once, and move when their month is made", async () => {
  const outside = [0, 5, 30, 60].map((day) => aDecided(anEvent({ id: `t${day}`, occurredAtMs: NOW + day * DAY_MS })));
  await record(...outside);
  expect(await places()).toEqual([{ place: "events_default", n: 4 }]);
  const changes = await maintain(NOW);
  expect(changes.filter(({ row_count }) => row_count > 0).map(({ name, row_count }) => [name, row_count])).toEqual([
    ["events_2031_05", 2],
    ["events_2031_06", 1],
    ["events_2031_07", 1],
    ["decisions_2031_05", 2],
    ["decisions_2031_06", 1],
    ["decisions_2031_07", 1],
  ]);
  await record(...outside);
  expect(await places()).toEqual([
    { place: "events_2031_05", n: 2 },
    { place: "events_2031_06", n: 1 },
    { place: "events_2031_07", n: 1 },
  ]);
  const store = createRecordStore(current().database, { code: "EUR", exponent: 2 });
  expect(expectValue(await store.findEvent("t60", true, BUDGET_MS))).toMatchObject({ id: "t60" });
  expect(expectValue(await store.findDecision("t60", null, true, BUDGET_MS))).toMatchObject({ answer: { transaction_id: "t60" } });
});

test("a month within the retention that waits in the default partition is made too; the far past and the far future wait on", async () => {
  await record(
    ...[-100, -5_000, 5_000].map((day) => anEntry(anEvent({ id: `t${day}`, occurredAtMs: NOW + day * DAY_MS }), { receivedAtMs: NOW })),
  );
  await maintain(NOW);
  expect(await places()).toEqual([
    { place: "events_2031_02", n: 1 },
    { place: "events_default", n: 2 },
  ]);
});

test("a moved month has the parent's indexes and takes the edge of its month, not the next one's", async () => {
  const edge = Date.UTC(2031, 5, 1);
  await record(...[edge - 1, edge].map((at) => anEntry(anEvent({ id: `t${at}`, occurredAtMs: at }))));
  await maintain(NOW);
  expect(await places()).toEqual([
    { place: "events_2031_05", n: 1 },
    { place: "events_2031_06", n: 1 },
  ]);
  const attached = await current().rows(
    "select count(*) as n from pg_inherits i join pg_index x on x.indexrelid = i.inhrelid where x.indrelid = 'events_2031_05'::regclass",
  );
  expect(attached).toEqual(await current().rows("select count(*) as n from pg_index where indrelid = 'events'::regclass"));
});

test("what is past retention goes with its ids, outcomes, decisions and labels; the rest stays", async () => {
  const old = anEvent({ id: "old", occurredAtMs: NOW });
  const young = anEvent({ id: "young", occurredAtMs: NOW + 40 * DAY_MS });
  await maintain(NOW);
  await record(aDecided(old), anEntry(aPayment("p", "old", "captured", NOW + 1)), aDecided(young));
  const store = createRecordStore(current().database, { code: "EUR", exponent: 2 });
  for (const decisionId of ["decision of old ", "decision of young "])
    expectValue(await store.putLabel({ decisionId, label: "fraud", source: "s", labelledAtMs: NOW, by: "b" }, BUDGET_MS));

  const lastDayOfOld = Date.UTC(2031, 5, 1) + 400 * DAY_MS;
  expect((await maintain(lastDayOfOld - 1)).filter(({ name }) => name.endsWith("2031_05"))).toEqual([]);
  const dropped = (await maintain(lastDayOfOld)).filter(({ name }) => name.endsWith("2031_05"));
  expect(dropped).toEqual([
    { action: "dropped", name: "events_2031_05", row_count: 2 },
    { action: "dropped", name: "decisions_2031_05", row_count: 1 },
  ]);
  expect(
    await current().rows(
      "select id from event_ids union all select transaction_id from payments union all select transaction_id from decision_ids",
    ),
  ).toEqual([{ id: "young" }, { id: "young" }]);
  expect(await current().rows("select decision_id from labels")).toEqual([{ decision_id: "decision of young " }]);
  expect(await current().rows("select sum(decisions) as n from daily_counters")).toEqual([{ n: 2 }]);
});

test("an old event that arrived lately is kept for the retention from its arrival", async () => {
  const wish = { decidedAtMs: NOW };
  await record(aDecided(anEvent({ id: "t", occurredAtMs: NOW - 900 * DAY_MS }), wish, { receivedAtMs: NOW }));
  await maintain(NOW + 399 * DAY_MS);
  expect(await places()).toEqual([{ place: "events_default", n: 1 }]);
  const changes = await maintain(NOW + 401 * DAY_MS);
  expect(changes.filter(({ name }) => name.endsWith("default"))).toEqual([
    { action: "dropped", name: "events_default", row_count: 1 },
    { action: "dropped", name: "decisions_default", row_count: 1 },
  ]);
  expect(await current().rows("select id from event_ids union all select transaction_id from decision_ids")).toEqual([]);
});

test("recording goes on while months are made and dropped", async () => {
  const store = createRecordStore(current().database, { code: "EUR", exponent: 2 });
  // Every round races for months that do not exist yet.
  for (let round = 0; round < 8; round++) {
    const nowMs = NOW + round * 370 * DAY_MS;
    const batches = Array.from({ length: 10 }, (_, b) =>
      Array.from({ length: 15 }, (_, i) =>
        aDecided(anEvent({ id: `t${round}-${b}-${i}`, occurredAtMs: nowMs + ((b * 15 + i) % 90) * DAY_MS })),
      ),
    );
    const results = await Promise.all([
      ...batches.map((batch) => store.record(batch, BUDGET_MS)),
      ...[0, 0, 30].map((days) =>
        maintainPartitions(current().database, { nowMs: nowMs + days * DAY_MS, retentionDays: 10_000 }, BUDGET_MS),
      ),
    ]);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
  }
  await maintain(NOW + 7 * 370 * DAY_MS, 10_000);
  expect((await places()).some(({ place }) => place === "events_default")).toBe(false);
  for (const table of ["events", "event_ids", "decisions", "decision_ids"])
    expect(await current().rows(`select count(*) as n from ${table}`), table).toEqual([{ n: 8 * 150 }]);
});
