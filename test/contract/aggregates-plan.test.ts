import { fillPlaceholders, type SQL } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { planAggregates } from "../../src/adapters/postgres/aggregate-plan.ts";
import { dialect } from "../../src/adapters/postgres/database.ts";
import { maintainPartitions } from "../../src/adapters/postgres/maintenance.ts";
import { requestValues } from "../../src/adapters/postgres/request-values.ts";
import { settleStatus } from "../../src/adapters/postgres/settle-status.ts";
import { aHistory, aTest } from "../support/records/history-builder.ts";
import { DAY_MS, NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const ROWS = 100_000;
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  expectValue(await maintainPartitions(db.database, { nowMs: NOON, retentionDays: 400 }, 20_000));
  await db.rows(
    `insert into events (livemode, id, occurred_at, received_at, stage, type, status, amount_minor, currency, currency_exponent, client_id, dest_id, body_hash, velocity_pending, body)
     select true, 'e' || i, $1::timestamptz - (i % 1600000) * interval '1 second', $1, '', 'transaction', 'attempted', i, 'EUR', 2, 'c' || i % 1000, 'd' || i % 700, '', false, '{}'
     from generate_series(1, ${ROWS}) i`,
    [new Date(NOON).toISOString()],
  );
  await db.rows("insert into event_ids select livemode, id, occurred_at from events");
  await db.rows("analyze");
});
afterAll(() => db.close());

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly Plans?: readonly PlanNode[];
}
/** How a statement reads the month that has the rows. */
async function accessTo(table: string, statement: { sql: string; params: readonly unknown[] }): Promise<string[]> {
  const [row] = await db.rows(`explain (format json) ${statement.sql}`, statement.params);
  const plans = row?.["QUERY PLAN"] as readonly [{ readonly Plan: PlanNode }];
  const nodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)];
  return nodes(plans[0].Plan)
    .filter((node) => node["Relation Name"] === table && node["Node Type"] !== "ModifyTable")
    .map((node) => node["Node Type"]);
}

test("the aggregates of a client and a destination read a month of 100,000 events by its indexes alone", async () => {
  const declared = [
    aHistory({ name: "mean", op: "avg", of: "amount", type: "money" }),
    aHistory({ name: "p95", op: "quantile", q: 0.95, of: "amount", type: "money" }),
    aHistory({ name: "large", where: aTest("amount", "gt", 5) }),
    aHistory({ name: "senders", op: "countDistinct", of: "client", by: ["dest"], windowMs: 7 * DAY_MS }),
    aHistory({ name: "first", op: "firstSeen", type: "time", windowMs: null }),
  ];
  const plan = planAggregates(declared, "UTC");
  const request = { client: "c7", dest: "d7", asOfMs: NOON, exceptId: "none", budgetMs: 1 };
  const params = fillPlaceholders(plan.params, requestValues(request, true, plan.windows));
  const access = await accessTo("events_2026_11", { sql: plan.text, params });
  expect(access.length).toBeGreaterThanOrEqual(5);
  expect(access.filter((node) => !/^(Index|Bitmap)/.test(node))).toEqual([]);
});

test("settling statuses touches the events it names, not the month", async () => {
  const transactions = JSON.stringify(Array.from({ length: 100 }, (_, i) => ({ livemode: true, id: `e${i}` })));
  const statement: SQL = settleStatus(transactions);
  const access = await accessTo("events_2026_11", dialect.sqlToQuery(statement));
  expect(access.length).toBeGreaterThan(0);
  expect(access.filter((node) => !/^(Index|Bitmap)/.test(node))).toEqual([]);
});
