import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Json, startService, type TestService } from "../support/service.ts";

const MINUTE_MS = 60_000;
const SLOT_MS = 5 * MINUTE_MS;
const WEEK_MS = 7 * 86_400_000;

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());
beforeEach(() => service.sql("truncate traffic_slots, alerts, fraud_reports"));

const NOW = Date.now();
/** Counts so many of a kind in each five minutes of [fromMs, untilMs). */
const count = (kind: string, each: number, fromMs: number, untilMs: number) =>
  service.sql(
    `insert into traffic_slots (livemode, kind, slot, count)
      select true, $1, slot, $2 from generate_series(to_timestamp($3), to_timestamp($4), interval '5 minutes') slot
      on conflict (livemode, kind, slot) do update set count = excluded.count`,
    [kind, each, (Math.floor(fromMs / SLOT_MS) * SLOT_MS) / 1_000, untilMs / 1_000 - 1],
  );
/** Three hours around this time of the week, in each of the last four. */
const usually = async (kind: string, each: number) => {
  for (let week = 1; week <= 4; week++)
    await count(kind, each, NOW - week * WEEK_MS - 180 * MINUTE_MS, NOW - week * WEEK_MS + 60 * MINUTE_MS);
};
const lately = (kind: string, each: number) => count(kind, each, NOW - 90 * MINUTE_MS, NOW + 10 * MINUTE_MS);
const run = async (): Promise<Json[]> => {
  await service.schedule("*/5 * * * *");
  return (await service.call("/api/admin/smart-alerts", { as: "readonly" })).body.alerts;
};

describe("the traffic of a shop", () => {
  test("that is as usual raises nothing, and neither does a quiet shop's or one without a history", async () => {
    await usually("click", 100);
    await usually("conversion", 2);
    await lately("click", 130);
    await lately("conversion", 3);
    expect(await run()).toEqual([]);
    await service.sql("truncate traffic_slots");
    await usually("click", 1);
    await lately("click", 9);
    expect(await run()).toEqual([]);
    await service.sql("truncate traffic_slots");
    await lately("click", 5_000);
    expect(await run()).toEqual([]);
  });

  test("with several times the clicks raises one alert, counted as long as it goes on", async () => {
    await usually("click", 40);
    await lately("click", 400);
    await run();
    expect(await run()).toMatchObject([
      {
        kind: "clicks_above_baseline",
        severity: "high",
        livemode: true,
        times_seen: 2,
        title: "1200 clicks in 15 minutes; 120 are usual at this hour and weekday",
        details: { direction: "above", count: 1_200, expected: 120, samples: 20 },
      },
    ]);
  });

  test("that stops raises an alert", async () => {
    await usually("click", 40);
    expect(await run()).toMatchObject([{ kind: "clicks_below_baseline", severity: "medium", details: { count: 0 } }]);
  });

  test("that converts unlike before raises an alert, in either direction", async () => {
    for (const kind of ["click", "conversion"]) await usually(kind, kind === "click" ? 100 : 2);
    await lately("click", 100);
    await lately("conversion", 20);
    expect(await run()).toMatchObject([{ kind: "conversion_rate", details: { direction: "above", share: 0.2, expected: 0.02 } }]);
    await service.sql("delete from traffic_slots where kind = 'conversion' and slot > now() - interval '1 day'");
    expect(await run()).toMatchObject([{ details: { direction: "below", share: 0 } }, { details: { direction: "above" } }]);
  });

  test("with more fraud than before raises an alert; with less none", async () => {
    for (const kind of ["decision", "fraud"]) await usually(kind, kind === "decision" ? 50 : 1);
    await lately("decision", 50);
    await lately("fraud", 10);
    expect(await run()).toMatchObject([{ kind: "fraud_rate", severity: "high", details: { share: 0.2, expected: 0.02 } }]);
    await service.sql("truncate alerts");
    await service.sql("delete from traffic_slots where kind = 'fraud' and slot > now() - interval '1 day'");
    expect(await run()).toEqual([]);
  });
});

test("many reports at once raise an alert, a few do not", async () => {
  await usually("click", 10);
  await lately("click", 10);
  const open = (from: number, to: number) =>
    service.sql(
      `insert into fraud_reports (id, livemode, dedup_key, type, severity, origin, description, opened_at, last_found_at, findings)
        select 'a-' || n, true, 'a-' || n, 'click_speed', 'high', 'trigger', 'x', to_timestamp($3), now(), 1 from generate_series($1::int, $2::int) n`,
      [from, to, (Math.floor(Date.now() / SLOT_MS) * SLOT_MS - 4 * MINUTE_MS) / 1_000],
    );
  await open(1, 3);
  expect(await run()).toEqual([]);
  await open(4, 9);
  expect(await run()).toMatchObject([{ kind: "reports", details: { count: 9, expected: 0 } }]);
});

test("guessed credentials from one address raise an alert that leads to the audit log and does not name the address", async () => {
  const guess = (n: number) =>
    service.call("/api/v1/stats", { as: null, headers: { "x-api-key": `tg_live_wrong${n}`, "cf-connecting-ip": "198.51.100.77" } });
  for (let n = 0; n < 40; n++) expect((await guess(n)).status).toBe(401);
  const audited = "select coalesce(sum((details::json ->> 'count')::int), 0)::int as n from audit_log where action = 'auth.refused'";
  await expect.poll(async () => (await service.sql(audited))[0]?.n, { timeout: 20_000, interval: 250 }).toBe(40);
  const [alert] = await run();
  expect(alert).toMatchObject({ kind: "credential_guessing", severity: "high", details: { refused: 40, request_id: expect.any(String) } });
  expect(JSON.stringify(alert)).not.toContain("198.51.100.77");
  const request = alert.details.request_id;
  const found = await service.call("/api/admin/audit-logs?action=auth.refused", { as: "admin" });
  const rows: Json[] = found.body.rows;
  expect(rows.find(({ request_id }) => request_id === request)).toMatchObject({ actor: { address: "198.51.100.77" } });
});
