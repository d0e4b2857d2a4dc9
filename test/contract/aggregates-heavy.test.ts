import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAggregateSource } from "../../src/adapters/postgres/aggregate-source.ts";
import { refreshClientStatistics } from "../../src/adapters/postgres/maintenance.ts";
import type { ClientAggregates } from "../../src/core/features/aggregates.ts";
import type { HistoryDeclaration } from "../../src/core/features/declaration.ts";
import { expectClose } from "../support/records/expect-close.ts";
import { aHistory, aTest } from "../support/records/history-builder.ts";
import { DAY_MS } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

// The views end at Postgres' own present, so this file's events do too.
const BUDGET_MS = 20_000;
const MINUTE_MS = 60_000;
const TIME_ZONE = "America/New_York";
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
beforeEach(() => db.rows("truncate events, event_ids"));

const AMOUNT = { of: "amount", type: "money" } as const;
const IN_VIEW: readonly HistoryDeclaration[] = [
  aHistory({ name: "count" }),
  aHistory({ name: "often", op: "velocity", type: "boolean", threshold: 2_000 }),
  aHistory({ name: "sum", op: "sum", ...AMOUNT }),
  aHistory({ name: "mean", op: "avg", ...AMOUNT }),
  aHistory({ name: "std", op: "std", ...AMOUNT }),
  aHistory({ name: "median", op: "median", ...AMOUNT }),
  aHistory({ name: "p95", op: "quantile", q: 0.95, ...AMOUNT }),
  aHistory({ name: "min", op: "min", ...AMOUNT }),
  aHistory({ name: "max", op: "max", ...AMOUNT }),
  aHistory({ name: "night", op: "share", type: "ratio", where: aTest("hour", "lte", 5) }),
];
const NOT_IN_VIEW: readonly HistoryDeclaration[] = [
  aHistory({ name: "count_7d", windowMs: 7 * DAY_MS }),
  aHistory({ name: "large", where: aTest("amount", "gt", 50_000) }),
  aHistory({ name: "p90", op: "quantile", q: 0.9, ...AMOUNT }),
  aHistory({ name: "day", op: "share", type: "ratio", where: aTest("hour", "gte", 6) }),
];
const ALL = [...IN_VIEW, ...NOT_IN_VIEW];

/** `n` transactions of a client over the last 40 days, with every status and 300 destinations; the same for the same client. */
const fill = (client: string, n: number, livemode = true) =>
  db.rows(
    `insert into events (livemode, id, occurred_at, received_at, stage, type, status, amount_minor, currency, currency_exponent, client_id, dest_id, body_hash, velocity_pending, body)
     select $3, $1 || i, date_trunc('milliseconds', now()) - (i * 40.0 / $2) * interval '1 day', now(), '', 'transaction',
       (array['attempted', 'blocked', 'declined', 'captured'])[1 + i % 4], (i * 7919) % 100003, 'EUR', 2, $1, 'shop-' || (i * 31) % 300, '', false, '{}'
     from generate_series(1, $2::integer) i`,
    [client, n, livemode],
  );
const refresh = async (zone = TIME_ZONE) => expectValue(await refreshClientStatistics(db.database, zone, BUDGET_MS));
const nowMs = async () => Number((await db.rows("select extract(epoch from now()) * 1000 as ms"))[0]?.ms);
async function ask(asOfMs: number, client = "heavy", declared = ALL): Promise<ClientAggregates> {
  const source = createAggregateSource(db.database, declared, { livemode: true, timeZone: TIME_ZONE });
  const answer = expectValue(await source.aggregate({ client, dest: "shop-7", asOfMs, exceptId: "none", budgetMs: BUDGET_MS }));
  if (answer.client === null) throw new Error("no client");
  return answer.client;
}
const refreshedMs = async () => Number((await db.rows("select extract(epoch from refreshed_at) * 1000 as ms from view_refreshes"))[0]?.ms);

test("a heavy client's answer comes from the views, says of when, and equals a scan of that moment", async () => {
  await fill("heavy", 5_000);
  await refresh();
  const fromView = await ask((await nowMs()) + MINUTE_MS);
  expect(fromView.asOfMs).toBe(await refreshedMs());
  await db.rows("delete from view_refreshes");
  const scanned = await ask(fromView.asOfMs);
  expect(scanned.asOfMs).toBe(fromView.asOfMs);
  for (const { name } of IN_VIEW) expectClose(fromView.values[name], scanned.values[name], name);
  expect(fromView.dests).toEqual(scanned.dests);
  expect([fromView.destsComplete, scanned.destsComplete]).toEqual([false, false]);
  expect(Object.keys(fromView.values).sort()).toEqual(ALL.map(({ name }) => name).sort());
});

test("what the view does not hold is scanned up to the event's own time, for heavy clients too", async () => {
  await fill("heavy", 5_000);
  await refresh();
  await fill("extra", 1);
  await db.rows("update events set client_id = 'heavy', occurred_at = now(), amount_minor = 99999 where client_id = 'extra'");
  const { values } = await ask((await nowMs()) + MINUTE_MS);
  const [counted] = await db.rows(
    "select count(*) as n from events where client_id = 'heavy' and occurred_at > now() + interval '1 minute' - interval '7 days'",
  );
  expect(values.count_7d).toBe(counted?.n);
});

test("a light client is scanned, and so is a heavy one when the view is stale, ahead, or of another zone", async () => {
  await fill("heavy", 5_000);
  await fill("light", 1_900);
  await refresh();
  const now = await nowMs();
  expect((await ask(now + MINUTE_MS, "light")).asOfMs).toBe(now + MINUTE_MS);
  expect((await ask(now + 16 * MINUTE_MS)).asOfMs).toBe(now + 16 * MINUTE_MS);
  expect((await ask(now - 2 * MINUTE_MS)).asOfMs).toBe(now - 2 * MINUTE_MS);
  await refresh("UTC");
  expect((await ask(now + MINUTE_MS)).asOfMs).toBe(now + MINUTE_MS);
});

test("the test world's traffic makes nobody heavy in the live one", async () => {
  await fill("heavy", 5_000, false);
  await refresh();
  const { values, dests } = await ask((await nowMs()) + MINUTE_MS);
  expect(values.count).toBe(0);
  expect(dests).toEqual({ "shop-7": { count: 0, totalMinor: 0, lastMs: 0 } });
});

test("the view is refreshed concurrently: readers are not held up, and two refreshes at once both end", async () => {
  await fill("heavy", 3_000);
  await db.rows("begin");
  // An open reader's lock: a refresh that is not concurrent would wait for it beyond its budget.
  const [before] = await db.rows("select count(*) as n from client_statistics_30d where client_id = 'heavy'");
  await Promise.all([refresh(), refresh()]);
  await db.rows("commit");
  const [after] = await db.rows("select transaction_count as n from client_statistics_30d where client_id = 'heavy'");
  expect(Number(after?.n)).toBeGreaterThan(Number(before?.n));
  expect(
    await db.rows("select indexname from pg_indexes where tablename = 'client_statistics_30d' and indexdef like 'CREATE UNIQUE%'"),
  ).toHaveLength(1);
});
