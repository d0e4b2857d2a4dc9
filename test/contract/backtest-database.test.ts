import { afterAll, beforeAll, expect, test } from "vitest";
import { createRecordStore } from "../../src/adapters/postgres/record-store.ts";
import { type DatabaseBacktest, runDatabaseBacktest } from "../../src/tools/backtest/run-database-backtest.ts";
import { aRule, configOf, FEATURES, TEST_OPTIONS } from "../core/backtest/cases.ts";
import { aDecided, anEvent, NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const DECISIONS = 2_500;
const HASH = "f".repeat(64);
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.rows("insert into contents (hash, kind, text) values ($1, 'features', $2)", [HASH, JSON.stringify(FEATURES)]);
  const store = createRecordStore(db.database, { code: "EUR", exponent: 2 });
  const entries = Array.from({ length: DECISIONS }, (_, n) => {
    const versions = { seq: 1, ruleset: "r", features: HASH, lists: null, model: null };
    const entry = aDecided(anEvent({ id: `t${n}` }), { answer: { versions, fraud_probability: 0 }, decidedAtMs: NOON + (n % 40) });
    const facts = { values: { amount: 5_000, client_count_1h: n % 5 }, missing: [], marks: {} };
    return { ...entry, decision: entry.decision === null ? null : { ...entry.decision, facts } };
  });
  for (let at = 0; at < DECISIONS; at += 500) expectValue(await store.record(entries.slice(at, at + 500), 20_000));
});
afterAll(() => db.close());

const run = (changes: Partial<DatabaseBacktest> = {}) =>
  runDatabaseBacktest({
    databaseUrl: db.database.url,
    endpoint: db.gateways.vars.NEON_HTTP_ENDPOINT,
    period: { fromMs: NOON, toMs: NOON + 1_000, livemode: true },
    maxDecisions: 100_000,
    draft: configOf({ rules: [aRule("R1", { client_count_1h: 4 }, { outcome: { atLeast: "review" } })] }),
    live: configOf({ rules: [] }),
    options: TEST_OPTIONS,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...changes,
  });

test("a local run reads every decision once and times the rules", async () => {
  const seen: (readonly [number, number])[] = [];
  const { result, isStopped } = await run({ onProgress: (done, total) => seen.push([done, total]) });
  expect(result).toMatchObject({ decisions: DECISIONS, reviews: { after: { total: DECISIONS / 5 } }, lacking: [], undeclared: 0 });
  expect(result.cpu?.draft_us).toBeGreaterThan(0);
  expect(seen).toEqual([
    [2_000, DECISIONS],
    [DECISIONS, DECISIONS],
  ]);
  expect(isStopped).toBe(false);
});

test("it takes the newest so many, and stops when it is told to", async () => {
  expect((await run({ maxDecisions: 130 })).result.decisions).toBe(130);
  const stop = new AbortController();
  const stopped = await run({ signal: stop.signal, onProgress: () => stop.abort() });
  expect(stopped).toMatchObject({ isStopped: true, result: { decisions: 2_000 } });
});

test("a database that does not answer is told in a sentence", async () => {
  db.gateways.neon.faults.set([{ kind: "refuse" }]);
  await expect(run()).rejects.toThrow("the database did not answer");
  db.gateways.neon.faults.set([]);
});
