import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
  expect((await service.publish()).status).toBe(200);
});
afterAll(() => service.close());

const ANALYZE = "/api/v1/analyze";
let ids = 0;
const aPayment = (device_id: string) => ({ transaction_id: `device-${++ids}`, type: "PAYMENT", amount: 5, client_id: "c", device_id });

describe("with a test key", () => {
  test.each([
    { device: "test_allow", outcome: "allow", risk_level: "LOW", is_fraud: false },
    { device: "test_challenge", outcome: "challenge", risk_level: "HIGH", is_fraud: false },
    { device: "test_review", outcome: "review", risk_level: "HIGH", is_fraud: false },
    { device: "test_block", outcome: "block", risk_level: "CRITICAL", is_fraud: true },
  ])("$device gets the outcome $outcome, and a repeat and the record say the same", async ({ device, outcome, ...expected }) => {
    const payment = aPayment(device);
    const { status, body } = await service.call(ANALYZE, { as: "test", body: payment });
    expect(status).toBe(200);
    expect(body).toMatchObject({ outcome, ...expected, reasons: ["test_device"], livemode: false });
    expect(body.should_block).toBe(outcome === "block");
    expect(body.requires_3d_secure).toBe(outcome === "challenge");
    expect((await service.call(ANALYZE, { as: "test", body: payment })).body).toEqual(body);
    expect((await service.call(`/api/v1/decisions/${payment.transaction_id}`, { as: "test" })).body).toMatchObject({
      outcome,
      livemode: false,
    });
  });

  test("test_degraded is decided without windows, and a large amount then goes to review", async () => {
    const small = await service.call(ANALYZE, { as: "test", body: aPayment("test_degraded") });
    expect(small).toMatchObject({ status: 200, body: { degraded: ["velocity"], livemode: false } });
    const large = await service.call(ANALYZE, { as: "test", body: { ...aPayment("test_degraded"), amount: 9_000 } });
    expect(["review", "block"]).toContain(large.body.outcome);
    expect(large.body.reasons).toContain("degraded_large_amount");
  });

  test("test_500 gets a 500 and records nothing", async () => {
    const payment = aPayment("test_500");
    const { status, body, headers } = await service.call(ANALYZE, { as: "test", body: payment });
    expect(status).toBe(500);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(body).toMatchObject({ code: "internal_error" });
    expect(await service.redis(["EXISTS", `tg:test:claim:${payment.transaction_id}`])).toBe(0);
  });

  test("test_slow answers after those that were asked later", async () => {
    const order: string[] = [];
    const ask = async (device: string) => {
      const { status } = await service.call(ANALYZE, { as: "test", body: aPayment(device) });
      order.push(`${device} ${status}`);
    };
    await Promise.all([ask("test_slow"), ask("test_allow"), ask("some-device")]);
    expect(order[2]).toBe("test_slow 200");
  });

  test("a batch forces each item by itself", async () => {
    const items = ["test_block", "test_500", "test_degraded", "some-device"].map(aPayment);
    const { status, body } = await service.call("/api/v1/batch-analyze", { as: "test", body: items });
    expect(status).toBe(200);
    expect(body).toMatchObject([
      { outcome: "block" },
      { status: 500, code: "internal_error" },
      { degraded: ["velocity"] },
      { degraded: [] },
    ]);
    expect(body[3].reasons).not.toContain("test_device");
  });
});

test("a live key knows no test devices", async () => {
  for (const device of ["test_allow", "test_challenge", "test_review", "test_block", "test_degraded", "test_slow", "test_500"]) {
    const { status, body } = await service.call(ANALYZE, { as: "api", body: aPayment(device) });
    expect({ device, status, degraded: body.degraded, livemode: body.livemode }).toEqual({
      device,
      status: 200,
      degraded: [],
      livemode: true,
    });
    expect(body.reasons).not.toContain("test_device");
  }
});

test("the two worlds share neither ids nor windows nor statistics", async () => {
  const payment = { ...aPayment("shared-device"), client_id: "in-both-worlds" };
  for (const as of ["api", "test"] as const) {
    const { body } = await service.call(ANALYZE, { as, body: payment });
    expect(body).toMatchObject({ transaction_id: payment.transaction_id, livemode: as === "api" });
  }
  const seen = await service.call(`${ANALYZE}?dryRun=true&self=false&explain=true`, {
    as: "admin",
    body: { type: "PAYMENT", amount: 5, client_id: "in-both-worlds" },
  });
  expect(seen.body.features.transaction_count_24h).toBe(1);

  await service.schedule("* * * * *");
  const [live] = await service.sql("select count(*)::int as count from decisions where livemode");
  const [tested] = await service.sql("select count(*)::int as count from decisions where not livemode");
  expect(tested?.count).toBeGreaterThan(0);
  const stats = await service.call("/api/v1/stats", { as: "readonly" });
  expect(stats.body.total_predictions).toBe(live?.count);
});
