import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createCaseSource } from "../../src/adapters/postgres/backtest-cases.ts";
import { aPast, BUDGET_MS, FEATURES_HASH, PERIOD, pasts, readAll, recordAll } from "../support/records/past-decisions.ts";
import { aDecided, anEvent, NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
beforeEach(() => db.rows("truncate events, event_ids, decisions, decision_ids, daily_counters, labels"));

const record = (entries: Parameters<typeof recordAll>[1]) => recordAll(db, entries);

test("give every decision of the period once, whatever the page's size and however many share a time", async () => {
  await record(pasts(250));
  const source = createCaseSource(db.database);
  expect(expectValue(await source.count(PERIOD, 1_000, BUDGET_MS))).toBe(250);
  expect(expectValue(await source.count(PERIOD, 100, BUDGET_MS))).toBe(100);
  for (const limit of [7, 40, 249, 250, 251]) {
    const seen = await readAll(source, limit);
    expect(new Set(seen.map(({ decisionId }) => decisionId)).size).toBe(250);
    expect(seen).toHaveLength(250);
    expect(seen.map(({ decidedAtMs }) => decidedAtMs)).toEqual(seen.map(({ decidedAtMs }) => decidedAtMs).toSorted((a, b) => b - a));
  }
});

test("bring what was read and decided, the latest label, and the event as it was recorded", async () => {
  await record([aPast(11)]);
  await db.rows(
    `insert into labels (decision_id, label, source, labelled_by, labelled_at) values
       ('decision of t11 ', 'fraud', 's', 'b', '2026-11-21'), ('decision of t11 ', 'chargeback', 's', 'b', '2026-11-23'), ('decision of t11 ', 'legitimate', 's', 'b', '2026-11-22')`,
  );
  const [one] = await readAll(createCaseSource(db.database), 10);
  expect(one).toEqual({
    decisionId: "decision of t11 ",
    decidedAtMs: NOON,
    event: { ...anEvent({ id: "t11", amountMinor: 1_100, dimensions: { client: "c11" } }), status: "blocked" },
    isOwnEvent: true,
    facts: { values: { amount: 1_100, client_count_1h: 5, client_count_24h: 11, country: "DE" }, missing: [] },
    probability: 0.05,
    degraded: [],
    hits: [],
    before: { outcome: "block", rules: ["p/R1"] },
    truth: "chargeback",
    seq: 3,
    featuresHash: FEATURES_HASH,
    livemode: true,
  });
});

test("keep to their period and their world, and count decisions whose event is gone", async () => {
  await record([...pasts(3), aPast(4, { livemode: false })]);
  await db.rows("delete from events where id = 't1'");
  const source = createCaseSource(db.database);
  const page = expectValue(await source.page({ ...PERIOD, after: null, limit: 10 }, BUDGET_MS));
  expect(page).toMatchObject({ skipped: 1, next: null });
  expect(page.cases.map(({ event }) => event.id)).toEqual(["t2", "t0"]);
  expect(expectValue(await source.count({ ...PERIOD, toMs: NOON }, 10, BUDGET_MS))).toBe(0);
});

test("a later stage is known not to be the recorded event's own call, and a list entry that decided stands", async () => {
  const first = aDecided(anEvent({ id: "t", stage: "a" }));
  const decided_by = { kind: "block_list", id: "e1", type: "client", value: "client-1", reason: "stolen" } as const;
  const second = aDecided(anEvent({ id: "t", stage: "b", occurredAtMs: NOON + 9 }), { outcome: "block", answer: { decided_by } });
  await record([first]);
  await record([second]);
  const cases = await readAll(createCaseSource(db.database), 10);
  expect(cases.map(({ isOwnEvent }) => isOwnEvent)).toEqual([false, true]);
  expect(cases[0]?.hits).toMatchObject([{ verdict: "block", id: "e1", kind: "client", value: "client-1", reason: "stolen" }]);
});
