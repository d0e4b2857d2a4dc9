import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask } from "../../src/adapters/postgres/database.ts";
import { prepareChange, statementsOf } from "../../src/adapters/postgres/staff-change.ts";
import { createWebhookOutbox } from "../../src/adapters/postgres/webhooks/webhook-outbox.ts";
import type { WebhookEvent } from "../../src/core/webhooks/webhook-event.ts";
import type { StaffChange } from "../../src/ports/staff-writes.ts";
import type { WebhookOutbox } from "../../src/ports/webhooks.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

let database: TestDatabase;
let outbox: WebhookOutbox;
beforeAll(async () => {
  database = await createTestDatabase();
  outbox = createWebhookOutbox(database.database);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.rows("truncate webhook_endpoints, webhook_events, webhook_deliveries, webhook_attempts");
});

const AT_MS = Date.UTC(2026, 10, 20, 10);
const anEvent = (about: Partial<WebhookEvent> = {}): WebhookEvent => ({
  id: "report.created:1",
  type: "report.created",
  livemode: true,
  atMs: AT_MS,
  data: { zeta: 1, alpha: "first" },
  ...about,
});
const subscribe = (id: string, types: readonly string[], about: { livemode?: boolean; isActive?: boolean; minSeverity?: number } = {}) =>
  database.rows(
    `insert into webhook_endpoints (id, livemode, name, kind, url, types, min_severity, settings, secret, is_active, created_at, created_by)
     values ($1, $2, $1, 'standard', 'https://shop.test/', $3, $4, '{}', '', $5, now(), 'test')`,
    [id, about.livemode ?? true, types, about.minSeverity ?? 0, about.isActive ?? true],
  );
const deliveries = async () =>
  (await database.rows("select d.endpoint_id, e.id from webhook_deliveries d join webhook_events e using (message) order by 1, 2")).map(
    ({ endpoint_id, id }) => `${endpoint_id} ${id}`,
  );
const add = async (...events: readonly WebhookEvent[]) => expectValue(await outbox.add(events, 10_000));

/** Makes changes in one statement, as a staff action does: the first decides. */
async function commit(changes: readonly StaffChange[]): Promise<void> {
  const named = statementsOf(changes).map((statement, i) => sql`${sql.identifier(`change_${i}`)} as (${statement})`);
  expectValue(await ask(database.database, 10_000, (session) => session.execute(sql`with ${sql.join(named, sql`, `)} select 1`)));
}

describe("the outbox of webhooks", () => {
  test("an event waits for each active endpoint of its world that subscribed to its type", async () => {
    await subscribe("both", ["report.created", "alert.raised"]);
    await subscribe("other-type", ["alert.raised"]);
    await subscribe("other-world", ["report.created"], { livemode: false });
    await subscribe("off", ["report.created"], { isActive: false });
    await add(anEvent());
    expect(await deliveries()).toEqual(["both report.created:1"]);
  });

  test("an event that nobody subscribed to leaves no row", async () => {
    await subscribe("other", ["alert.raised"]);
    await add(anEvent(), anEvent({ id: "b", type: "block.created" }));
    expect(await database.rows("select 1 from webhook_events")).toEqual([]);
  });

  test("an endpoint for grave matters is told of nothing lighter, nor of what has no severity", async () => {
    await subscribe("pager", ["alert.raised", "risk.high"], { minSeverity: 4 });
    const alert = (id: string, data: WebhookEvent["data"]) => anEvent({ id, type: "alert.raised", data });
    await add(alert("a", { severity: "high" }), alert("b", { severity: "critical" }), alert("c", {}));
    await add(anEvent({ id: "d", type: "risk.high", data: { risk_level: "CRITICAL" } }));
    expect(await deliveries()).toEqual(["pager b", "pager d"]);
  });

  test("an event that is added again, at once or with others, is told once", async () => {
    await subscribe("one", ["report.created"]);
    await Promise.all(Array.from({ length: 8 }, () => add(anEvent())));
    await add(anEvent(), anEvent({ id: "next" }), anEvent({ id: "next" }));
    expect(await deliveries()).toEqual(["one next", "one report.created:1"]);
  });

  test("the worlds do not share ids", async () => {
    await subscribe("live", ["report.created"]);
    await subscribe("test", ["report.created"], { livemode: false });
    await add(anEvent(), anEvent({ livemode: false }));
    expect(await deliveries()).toEqual(["live report.created:1", "test report.created:1"]);
  });

  test("data keeps its order, and text that Postgres refuses does not keep the event out", async () => {
    await subscribe("one", ["report.created"]);
    await add(anEvent({ data: { zeta: "a\0b", alpha: "\ud800" } }));
    const [row] = await database.rows("select data::text from webhook_events");
    expect(row?.data).toBe('{"zeta":"a\ufffdb","alpha":"\ufffd"}');
  });

  test("with a staff action's change an event is added, or not at all", async () => {
    await subscribe("one", ["report.created"]);
    const change = (isMade: boolean) =>
      prepareChange(() => [sql`update webhook_endpoints set name = name where id = 'one' and ${isMade}::boolean returning id`]);
    await commit([change(false), outbox.adding(anEvent({ id: "not" }))]);
    expect(await deliveries()).toEqual([]);
    await commit([change(true), outbox.adding(anEvent({ id: "a" })), outbox.adding(anEvent({ id: "b" }))]);
    expect(await deliveries()).toEqual(["one a", "one b"]);
  });
});
