import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { FAMILIES } from "../../src/core/metrics/family.ts";
import { startService, type TestService } from "../support/service.ts";

const METRICS_KEY = "metrics-key-of-at-least-32-characters";
const QUEUE_CRON = "* * * * *";

let service: TestService;
beforeAll(async () => {
  service = await startService({ METRICS_KEY });
  // The first look-up of a key has a budget that a loaded machine may miss.
  await vi.waitFor(async () => expect(await service.publish()).toMatchObject({ status: 200 }), { timeout: 90_000, interval: 250 });
});
afterAll(() => service.close());

const scrape = (key: string = METRICS_KEY) => service.call("/metrics", { as: null, headers: { authorization: `Bearer ${key}` } });
/** Values of one scrape by series. */
async function values(): Promise<ReadonlyMap<string, number>> {
  const { status, body } = await scrape();
  expect(status).toBe(200);
  const lines = String(body)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]));
}

test("asks for the metrics key and takes no other", async () => {
  expect(await service.call("/metrics", { as: null })).toMatchObject({ status: 401, body: { code: "no_metrics_key" } });
  expect(await service.call("/metrics", { as: "admin" })).toMatchObject({ status: 401 });
  for (const key of [service.keys.admin, METRICS_KEY.slice(1), `${METRICS_KEY}x`, "", "Bearer"])
    expect(await scrape(key)).toMatchObject({ status: 401, body: { code: "no_metrics_key" } });
});

test("counts what was recorded, once, by outcome, rule, part and type", async () => {
  const before = await values();
  const grown = async () => {
    const after = await values();
    return (series: string) => (after.get(series) ?? 0) - (before.get(series) ?? 0);
  };
  const body = { transaction_id: "m-1", type: "TRANSFER", amount: 40, nameOrig: "C1", nameDest: "C2" };
  const { body: answer } = await service.call("/api/v1/analyze", { body });
  await service.call("/api/v1/analyze", { body });
  await service.call("/api/v1/events", { body: { type: "login", id: "m-2", client_id: "C1", status: "failed" } });
  await service.schedule(QUEUE_CRON);
  await service.schedule(QUEUE_CRON);
  const count = await grown();
  expect(count(`tollgate_decisions_total{outcome="${answer.outcome}",transaction_type="TRANSFER",livemode="true"}`)).toBe(1);
  expect(count('tollgate_events_total{type="login",livemode="true"}')).toBe(1);
  expect(count('tollgate_events_total{type="transaction",livemode="true"}')).toBe(1);
  for (const rule of answer.rules) expect(count(`tollgate_rule_hits_total{rule="${rule.id}",mode="${rule.mode}",livemode="true"}`)).toBe(1);
  for (const part of answer.degraded) expect(count(`tollgate_degraded_decisions_total{part="${part}",livemode="true"}`)).toBe(1);
});

test("sums the amounts of blocked transactions in major units, and the rules that blocked them", async () => {
  const rules = [
    {
      id: "ALL",
      name: "All",
      reason: "all",
      severity: "high",
      mode: "live",
      score: 100,
      conditions: { amount: { gt: 0 } },
      outcome: { atLeast: "block" },
    },
    { id: "SHADOW", name: "Shadow", reason: "shadow", severity: "low", mode: "shadow", score: 1, conditions: { amount: { gt: 0 } } },
  ];
  const published = await service.publish({
    files: [{ name: "b.json", text: JSON.stringify({ name: "b", rules }) }],
    features: null,
    message: "",
  });
  expect(published.status).toBe(200);
  for (const [index, amount] of [10.55, 4.45].entries())
    await service.call("/api/v1/analyze", { body: { transaction_id: `b-${index}`, type: "PAYMENT", amount } });
  await service.schedule(QUEUE_CRON);
  const now = await values();
  expect(now.get('tollgate_blocked_amount_total{currency="EUR",livemode="true"}')).toBeCloseTo(15, 9);
  expect(now.get('tollgate_decisions_total{outcome="block",transaction_type="PAYMENT",livemode="true"}')).toBe(2);
  expect(now.get('tollgate_rule_hits_total{rule="b/ALL",mode="live",livemode="true"}')).toBe(2);
  expect(now.get('tollgate_rule_hits_total{rule="b/SHADOW",mode="shadow",livemode="true"}')).toBe(2);
});

test("counts answered requests by route and status, over all of them", async () => {
  const series = 'tollgate_http_requests_total{method="GET",route="/api/v1/decisions/{id}",status="404"}';
  const before = (await values()).get(series) ?? 0;
  for (let i = 0; i < 3; i++) await service.call(`/api/v1/decisions/none-${i}`);
  const after = await values();
  expect(after.get(series)).toBe(before + 3);
  expect(after.get('tollgate_http_request_duration_seconds_bucket{route="/api/v1/decisions/{id}",le="+Inf"}')).toBe(before + 3);
  expect([...after.keys()].join("\n")).not.toContain("none-");
});

test("tells what waits, what was set aside, when statistics were refreshed and what is in force", async () => {
  await service.schedule("*/5 * * * *");
  const now = await values();
  expect(now.get('tollgate_store_up{store="postgres"}')).toBe(1);
  expect(now.get('tollgate_store_up{store="redis"}')).toBe(1);
  expect(now.get('tollgate_outbox_pending{livemode="true"}')).toBe(0);
  expect(now.get("tollgate_dead_letters")).toBe(0);
  expect(now.get("tollgate_ruleset_seq")).toBe(2);
  expect(now.get("tollgate_client_statistics_refreshed_timestamp_seconds")).toBeGreaterThan(1.7e9);
  expect(now.get('tollgate_last_decision_timestamp_seconds{livemode="true"}')).toBeGreaterThan(1.7e9);
  const states = [...now].filter(([name]) => name.startsWith("tollgate_model_state"));
  expect(states.map(([, value]) => value).sort()).toEqual([0, 0, 1]);
  await service.redis(["ZADD", "tg:live:pending:3", "1", "\u001fwaiting"]);
  await service.sql("insert into dead_letters (text, reason) values ('{}', 'test')");
  const later = await values();
  expect(later.get('tollgate_outbox_pending{livemode="true"}')).toBe(1);
  expect(later.get("tollgate_dead_letters")).toBe(1);
});

test("tells what alerts are open and whether blocks are held back", async () => {
  const seq = (await values()).get("tollgate_ruleset_seq");
  await service.sql(
    `insert into alerts (livemode, kind, severity, dedup_key, title, details, status, snoozed_until, first_seen_at, last_seen_at)
     select true, 'test', 'high', s.status || s.n, '', '{}', s.status, now() + s.n * interval '1 hour', now(), now()
     from (values ('open', 1), ('acknowledged', 1), ('snoozed', 1), ('snoozed', -1), ('resolved', 1)) as s(status, n)`,
  );
  await service.redis(["SET", "tg:test:guard", JSON.stringify({ seq, untilMs: Date.now() + 60_000 })]);
  const now = await values();
  expect(now.get('tollgate_alerts_open{severity="high",livemode="true"}')).toBe(2);
  expect(now.get('tollgate_alerts_open{severity="low",livemode="true"}')).toBe(0);
  expect(now.get('tollgate_block_guard_held{livemode="true"}')).toBe(0);
  expect(now.get('tollgate_block_guard_held{livemode="false"}')).toBe(1);
});

test("without Postgres it still answers, says so, and forgets no request", async () => {
  const series = 'tollgate_http_requests_total{method="GET",route="/",status="200"}';
  const before = (await values()).get(series) ?? 0;
  service.gateways.neon.faults.set([{ kind: "refuse" }]);
  await service.call("/", { as: null });
  const during = await values();
  expect(during.get('tollgate_store_up{store="postgres"}')).toBe(0);
  expect(during.has(series)).toBe(false);
  service.gateways.neon.faults.set([]);
  expect((await values()).get(series)).toBe(before + 1);
});

test("every metric that was told is one that is documented", async () => {
  const { body } = await scrape();
  const told = [...String(body).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]);
  expect(told.length).toBeGreaterThan(9);
  for (const [name, type] of told) expect(FAMILIES).toMatchObject({ [String(name)]: { type } });
});

test("decisions made without a part are counted by the part", async () => {
  service.gateways.upstash.faults.set([{ kind: "refuse" }]);
  const { body } = await service.call("/api/v1/analyze", { body: { transaction_id: "d-1", type: "PAYMENT", amount: 5, client_id: "C9" } });
  service.gateways.upstash.faults.set([]);
  expect(body.degraded.length).toBeGreaterThan(0);
  const series = `tollgate_degraded_decisions_total{part="${body.degraded[0]}",livemode="true"}`;
  await expect.poll(async () => (await values()).get(series), { timeout: 60_000, interval: 250 }).toBe(1);
});
