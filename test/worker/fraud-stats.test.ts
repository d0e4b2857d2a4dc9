import { afterAll, beforeAll, expect, test } from "vitest";
import { type Json, startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const HOUR_MS = 3_600_000;
const stats = async (query = ""): Promise<Json> => (await service.call(`/api/admin/fraud-stats${query}`, { as: "readonly" })).body;
/** Each by another client: together they are nobody's flood. */
const click = (id: string, minutesAgo: number) => ({
  id,
  type: "click",
  client_id: id,
  timestamp: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
});

test("without clicks the rate is 0, whatever was reported", async () => {
  await service.sql(`insert into fraud_reports (id, livemode, dedup_key, type, severity, origin, description, opened_at, last_found_at, findings)
    values ('s-1', true, 's-1', 'ip_fraud', 'high', 'hand', 'by hand', now(), now(), 1)`);
  expect(await stats()).toMatchObject({ fraud_rate: 0, clicks: 0, livemode: true, reports: { total: 1, by_type: { ip_fraud: 1 } } });
});

test("the rate is reports by clicks times 100, and everything is counted once, by its own time", async () => {
  const events = [...Array.from({ length: 70 }, (_, n) => click(`now-${n}`, 1)), click("old", 60 * 24 * 3)];
  await service.call("/api/v1/events", { body: [...events, { id: "c-1", type: "conversion" }] });
  await service.call("/api/v1/events", { body: events });
  await service.schedule("* * * * *");
  await service.sql(`insert into fraud_reports (id, livemode, dedup_key, type, severity, status, origin, description, opened_at, last_found_at, findings) values
    ('s-2', true, 's-2', 'click_speed', 'high', 'confirmed', 'hand', 'by hand', now(), now(), 1),
    ('s-3', false, 's-3', 'click_speed', 'high', 'pending', 'hand', 'by hand', now(), now(), 1),
    ('s-4', true, 's-4', 'click_speed', 'low', 'pending', 'hand', 'by hand', now() - interval '3 days', now(), 1)`);
  const block = { type: "ip", targetId: "198.51.100.200", reason: "attack" };
  expect(await service.call("/api/admin/fraud-blocks", { as: "analyst", body: block })).toMatchObject({ status: 201 });

  expect(await stats("?days=1")).toMatchObject({
    // 2 of 70.
    fraud_rate: 2.86,
    clicks: 70,
    conversions: 1,
    reports: { total: 2, by_type: { click_speed: 1, ip_fraud: 1 }, by_severity: { high: 2 }, by_status: { confirmed: 1, pending: 1 } },
    blocks: { created: 1, by_kind: { ip: 1 }, by_source: { staff: 1 }, active: 1 },
  });
  expect(await stats()).toMatchObject({ clicks: 71, reports: { total: 3 } });
  expect(await stats("?livemode=false")).toMatchObject({ livemode: false, clicks: 0, reports: { total: 1 }, blocks: { created: 0 } });
});

test("a period is [from, to), of whole five minutes", async () => {
  const to = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 48 * HOUR_MS).toISOString();
  const from = new Date(Date.parse(to) - 48 * HOUR_MS).toISOString();
  expect(await stats(`?from=${from}&to=${to}`)).toMatchObject({ from: from, to: to, clicks: 1, reports: { total: 1 } });
});

test.each([
  "?days=0",
  "?days=1&from=2026-01-01T00:00:00Z",
  "?from=yesterday",
  "?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z",
  "?week=1",
])("%s is refused", async (query) =>
  expect(await service.call(`/api/admin/fraud-stats${query}`, { as: "readonly" })).toMatchObject({
    status: 422,
    body: { code: "invalid_query" },
  }),
);
