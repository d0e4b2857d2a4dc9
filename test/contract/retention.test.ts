import { afterAll, beforeAll, expect, test } from "vitest";
import { createRetentionStore } from "../../src/adapters/postgres/privacy-retention.ts";
import { EXPIRING_TABLES, RETENTION } from "../../src/core/privacy/retention.ts";
import type { RetentionStore } from "../../src/ports/privacy.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 10_000;
const DAY_MS = 86_400_000;
let db: TestDatabase;
let store: RetentionStore;
beforeAll(async () => {
  db = await createTestDatabase();
  store = createRetentionStore(db.database);
});
afterAll(() => db.close());

const expire = async (table: string, days: number, limit = 100): Promise<number> =>
  expectValue(await store.expire(table, Date.now() - days * DAY_MS, limit, BUDGET_MS));
const idsOf = async (table: string): Promise<unknown[]> => (await db.rows(`select id from ${table} order by 1`)).map(({ id }) => id);

test("every table has a retention rule, and every rule a table", async () => {
  const tables = await db.rows(`select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`);
  expect(tables.map(({ name }) => name)).toEqual(Object.keys(RETENTION).sort());
});

test.each(EXPIRING_TABLES)("the rule of %s can be carried out by the application's role", async (table) => {
  expect(await expire(table, 3_650)).toBe(0);
});

test("what is older goes, some rows a call, and with it what belongs to it", async () => {
  await db.rows(`insert into webhook_events (message, livemode, id, type, occurred_at, data)
    select 'm' || n, true, 'e' || n, 'alert.raised', now() - n * interval '10 days', '{}' from generate_series(1, 9) n`);
  await db.rows(`insert into webhook_deliveries (id, message, endpoint_id, created_at, due_at)
    select 'd' || n, 'm' || n, 'x', now(), now() from generate_series(1, 9) n`);
  expect(await expire("webhook_events", 35, 4)).toBe(4);
  expect(await expire("webhook_events", 35, 4)).toBe(2);
  expect(await idsOf("webhook_events")).toEqual(["e1", "e2", "e3"]);
  expect(await idsOf("webhook_deliveries")).toEqual(["d1", "d2", "d3"]);
});

test("a report goes with its findings and history, an open one stays however old it is", async () => {
  await db.rows(`insert into fraud_reports (id, livemode, dedup_key, type, severity, status, origin, description, opened_at, last_found_at, findings, decided_at)
    select 'r' || n, true, 'k' || n, 'account_takeover', 'high', s, 'trigger', 'x', now() - interval '2000 days', now() - interval '2000 days', 1, now() - interval '1500 days'
    from (values (1, 'confirmed'), (2, 'pending')) v(n, s)`);
  for (const table of [
    "report_findings (id, report_id, found_at, severity, description, evidence) select 'f' || n, 'r' || n, now(), 'high', 'x', '{}'",
    "report_related (report_id, kind, value) select 'r' || n, 'client', 'c'",
    "report_decisions (report_id, decision_id) select 'r' || n, 'd'",
    "report_history (report_id, at, actor, action) select 'r' || n, now(), 'system:trigger', 'open'",
  ])
    await db.rows(`insert into ${table} from generate_series(1, 2) n`);
  expect(await expire("fraud_reports", 1_095)).toBe(1);
  expect(await idsOf("fraud_reports")).toEqual(["r2"]);
  for (const table of ["report_findings", "report_related", "report_decisions", "report_history"])
    expect(await db.rows(`select distinct report_id from ${table}`)).toEqual([{ report_id: "r2" }]);
});

test("a list entry goes long after its end, and one that is in force does not", async () => {
  await db.rows(`insert into list_entries (id, livemode, verdict, kind, value, reason, source, created_by, created_at, expires_at, is_active, ended_at)
    select id, true, 'block', 'client', id, 'x', 'staff', 'k', now() - interval '3000 days', expires, active, ended from (values
      ('ended', null::timestamptz, false, now() - interval '2000 days'), ('ran out', now() - interval '2000 days', true, null),
      ('for ever', null, true, null), ('of late', null, false, now())) v(id, expires, active, ended)`);
  expect(await expire("list_entries", 1_095)).toBe(2);
  expect(await idsOf("list_entries")).toEqual(["for ever", "of late"]);
});

test("of the audit log old keys go and rows stay; keys of the last year cannot be taken, whatever is asked for", async () => {
  await db.rows(`insert into audit_keys (id, subject, wrapped, master, created_at)
    values ('old', 's', 'w', 'm', now() - interval '1200 days'), ('young', 's', 'w', 'm', now() - interval '100 days')`);
  expect(await expire("audit_keys", 1)).toBe(0);
  expect(await expire("audit_keys", 1_095)).toBe(1);
  expect(await idsOf("audit_keys")).toEqual(["young"]);
});

test("an erasure stays while something of it is held", async () => {
  await db.rows(`insert into erasures (id, subject, pseudonym, status, before_at, requested_by, requested_at, finished_at)
    select id, id, 'p', 'done', now(), 'k', now(), now() - interval '1200 days' from (values ('free'), ('held')) v(id)`);
  await db.rows(
    `insert into erasure_holds (erasure_id, kind, record_id, reason, until_at) values ('held', 'block', 'b', 'x', now() + interval '1 day')`,
  );
  expect(await expire("erasures", 1_095)).toBe(1);
  expect(await idsOf("erasures")).toEqual(["held"]);
});

test("a table whose rows do not expire here is refused", () => {
  expect(() => store.expire("events", 0, 1, BUDGET_MS)).toThrow("do not expire here");
});
