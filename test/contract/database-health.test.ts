import { afterAll, beforeAll, expect, test } from "vitest";
import { createHealthSource } from "../../src/adapters/postgres/database-health.ts";
import { refreshClientStatistics } from "../../src/adapters/postgres/maintenance.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 10_000;
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const read = async () => expectValue(await createHealthSource(db.database).read(BUDGET_MS));

test("tables and partitions have sizes, what waits is counted, and the last refresh has its time", async () => {
  const before = await read();
  expect(before).toMatchObject({ refreshedAtMs: null, deadLetters: 0, unappended: 0, auditSeq: 0 });
  await db.rows("insert into dead_letters (text, reason) select 't', 'r' from generate_series(1, 3)");
  expectValue(await refreshClientStatistics(db.database, "UTC", BUDGET_MS));
  const after = await read();
  expect(after.deadLetters).toBe(3);
  const [row] = await db.rows("select (extract(epoch from refreshed_at) * 1000)::float8 as ms from view_refreshes");
  expect(after.refreshedAtMs).toBe(row?.ms);
  expect(after.tables.filter(({ partitionOf }) => partitionOf === "decisions").map(({ name }) => name)).toContain("decisions_default");
  expect(after.tables.find(({ name }) => name === "client_statistics_30d")?.sizeBytes).toBeGreaterThan(0);
  expect(after.sizeBytes).toBeGreaterThan(1_000_000);
});

test("the slowest statements are shown with placeholders where values were", async () => {
  await db.rows("select count(*) from generate_series(1, 200000) n where n % 7 = 3 and 'a private value' <> n::text");
  const slowest = (await read()).slowest ?? [];
  const [shown, ...more] = slowest.filter(({ query }) => query.startsWith("select count(*) from generate_series($"));
  expect(more).toEqual([]);
  expect(shown).toMatchObject({ calls: 1, query: expect.not.stringContaining("private") });
  expect(shown?.totalMs).toBeGreaterThan(0);
  expect(slowest.map(({ totalMs }) => totalMs)).toEqual(slowest.map(({ totalMs }) => totalMs).toSorted((a, b) => b - a));
});

test("the application's role sees the same", async () => {
  await db.rows("set role tollgate_app");
  try {
    const rows = await db.rows("select query from pg_stat_statements where query like '%generate_series($%'");
    expect(rows.length).toBeGreaterThan(0);
  } finally {
    await db.rows("reset role");
  }
});

test("where the extension is missing that is said, and the rest is answered", async () => {
  await db.rows("drop extension pg_stat_statements");
  const health = await read();
  expect(health.slowest).toBeNull();
  expect(health.tables.length).toBeGreaterThan(10);
});
