import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAlertStore } from "../../src/adapters/postgres/alerts.ts";
import { createDatabase } from "../../src/adapters/postgres/database.ts";
import type { NewAlert } from "../../src/core/alerts/alert.ts";
import { expectValue } from "../support/records/test-database.ts";
import { type Json, startService, type TestService } from "../support/service.ts";

const BUDGET_MS = 10_000;
let service: TestService;
let store: ReturnType<typeof createAlertStore>;
beforeAll(async () => {
  service = await startService();
  const { DATABASE_URL, NEON_HTTP_ENDPOINT } = service.gateways.vars;
  store = createAlertStore(createDatabase({ url: DATABASE_URL, endpoint: NEON_HTTP_ENDPOINT }));
});
afterAll(() => service.close());
beforeEach(() => service.sql("truncate alerts"));

const raise = async (changes: Partial<NewAlert> = {}) =>
  expectValue(
    await store.raise(
      {
        kind: "block_rate",
        severity: "high",
        world: "live",
        dedupKey: "block_rate:3",
        title: "too much",
        details: { seq: 3 },
        atMs: Date.now(),
        ...changes,
      },
      BUDGET_MS,
    ),
  );
const list = async (query = ""): Promise<{ alerts: Json[]; next: number | null }> => {
  const answer = await service.call(`/api/admin/smart-alerts${query}`, { as: "readonly" });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const handle = (id: number | string, verb: string, body: unknown = {}, headers: Record<string, string> = {}) =>
  service.call(`/api/admin/smart-alerts/${id}/${verb}`, { as: "analyst", body, headers });
const theOnly = async (): Promise<Json> => {
  const { alerts } = await list();
  expect(alerts).toHaveLength(1);
  return alerts[0];
};

test("a cause seen again counts in its alert, however many raise it at once, and gets in nobody's way", async () => {
  await Promise.all(Array.from({ length: 20 }, (_, n) => raise({ details: { seq: 3, n } })));
  const alert = await theOnly();
  expect(alert).toMatchObject({ times_seen: 20, status: "open", version: 1, severity: "high", livemode: true });
  expect((await handle(alert.id, "acknowledge", {}, { "if-match": '"1"' })).status).toBe(200);
  await raise({ title: "still too much" });
  expect(await theOnly()).toMatchObject({ times_seen: 21, status: "acknowledged", version: 2, title: "still too much" });
});

test("a resolved alert is over: its cause raises another", async () => {
  await raise();
  const { id } = await theOnly();
  expect(await handle(id, "resolve", { note: "rule mended" })).toMatchObject({
    status: 200,
    body: { status: "resolved", note: "rule mended" },
  });
  expect(await handle(id, "acknowledge")).toMatchObject({ status: 422, body: { errors: [{ code: "alert_over" }] } });
  await raise();
  expect((await list()).alerts.map(({ status }) => status)).toEqual(["open", "resolved"]);
});

test("a snooze ends by itself", async () => {
  await raise();
  const { id } = await theOnly();
  const { body } = await handle(id, "snooze", { hours: 2 });
  expect(body).toMatchObject({ status: "snoozed" });
  expect(Date.parse(body.snoozed_until) - Date.parse(body.handled_at)).toBe(2 * 3_600_000);
  expect((await list("?status=open")).alerts).toEqual([]);
  expect((await list("?status=snoozed")).alerts).toHaveLength(1);
  await service.sql("update alerts set snoozed_until = now() - interval '1 second'");
  expect((await list("?status=open")).alerts).toMatchObject([{ id, status: "open" }]);
  expect((await list("?status=snoozed")).alerts).toEqual([]);
  expect(await handle(id, "snooze", { hours: 0 })).toMatchObject({ status: 422, body: { errors: [{ path: "hours" }] } });
  expect(await handle(id, "snooze", { hours: 721 })).toMatchObject({ status: 422 });
});

test("of two who handle one version the second is told who was first and what differs, and each change is in the audit log", async () => {
  await raise();
  const { id } = await theOnly();
  expect((await handle(id, "acknowledge", { version: 1, note: "mine" })).status).toBe(200);
  const [first, ...more] = await service.sql("select action, actor from audit_log where target = $1", [`alert:${id}`]);
  expect(first?.action).toBe("alert.acknowledge");
  const second = await service.call(`/api/admin/smart-alerts/${id}/resolve`, { as: "admin", body: { version: 1 } });
  expect(second).toMatchObject({
    status: 409,
    body: { code: "changed_meanwhile", current: { status: "acknowledged", note: "mine", version: 2 }, changed_by: { id: first?.actor } },
  });
  expect(second.body.difference).toContainEqual({ field: "status", yours: "resolved", current: "acknowledged" });
  expect(more).toEqual([]);
  expect(await service.sql("select action from audit_log where target = $1", [`alert:${id}`])).toHaveLength(1);
});

test("races on one alert lose no change", async () => {
  await raise();
  const { id } = await theOnly();
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, n) => handle(id, n % 2 === 0 ? "acknowledge" : "snooze", { version: 1 })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(11).fill(409)]);
  expect((await theOnly()).version).toBe(2);
});

test("is found by status, severity, kind and time, page by page, each world for itself", async () => {
  for (let n = 0; n < 5; n++)
    await raise({ dedupKey: `k${n}`, severity: n < 2 ? "low" : "critical", kind: n === 4 ? "feed" : "block_rate" });
  await raise({ world: "test", dedupKey: "k0" });
  expect((await list("?severity=low")).alerts).toHaveLength(2);
  expect((await list("?severity=critical&kind=block_rate")).alerts).toHaveLength(2);
  expect((await list("?livemode=false")).alerts).toMatchObject([{ livemode: false }]);
  expect((await list(`?since=${new Date(Date.now() + 60_000).toISOString()}`)).alerts).toEqual([]);
  expect((await list("?since=2020-01-01T00:00:00%2B02:00")).alerts).toHaveLength(5);
  const seen: number[] = [];
  for (let next: number | null = null; ; ) {
    const page: Awaited<ReturnType<typeof list>> = await list(`?limit=2${next === null ? "" : `&before=${next}`}`);
    seen.push(...page.alerts.map(({ id }) => id));
    next = page.next;
    if (next === null) break;
  }
  expect(seen).toHaveLength(5);
  expect(seen).toEqual(seen.toSorted((a, b) => b - a));
});

test.each(["?status=over", "?severity=7", "?since=yesterday", "?before=x", "?limit=0", "?page=2", "?livemode=maybe"])(
  "`%s` is refused with its path",
  async (query) => {
    const answer = await service.call(`/api/admin/smart-alerts${query}`, { as: "readonly" });
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_query" } });
  },
);

test.each(["unknown", "0", "999999999999999", "9999999999999999999999", "-1", "1e3", "%00"])("there is no alert `%s`", async (id) => {
  const { status } = await handle(id, "acknowledge");
  expect([400, 404]).toContain(status);
});
