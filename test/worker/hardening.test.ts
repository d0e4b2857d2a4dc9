import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { defaultRuleset } from "../../src/tools/local/seed-ruleset.ts";
import { startService, type TestService } from "../support/service.ts";
import { createTestWorker } from "../support/test-worker.ts";

const SHOP = "https://shop.example";
const OFFICE = "198.51.100.7";

let service: TestService;
beforeAll(async () => {
  service = await startService({
    ENVIRONMENT: "production",
    AUDIT_KEY: "test:0123456789abcdef0123456789abcdef",
    LOG_LEVEL: "info",
    CORS_ORIGINS: `${SHOP}, https://other.example`,
    ADMIN_NETWORKS: "198.51.100.0/24",
  });
  const publish = () =>
    service.call("/api/admin/fraud-rules/publish", { as: "admin", body: defaultRuleset(), headers: { "cf-connecting-ip": OFFICE } });
  // The first look-up of a key has a budget that a loaded machine may miss.
  await vi.waitFor(async () => expect(await publish()).toMatchObject({ status: 200 }), { timeout: 20_000, interval: 250 });
});
afterAll(() => service.close());

/** What the Worker has logged since the last call, by event. */
const logged = (event: string): Record<string, unknown>[] =>
  service.server
    .getLogs()
    .flatMap(({ message }) => (message.startsWith("{") ? [JSON.parse(message) as Record<string, unknown>] : []))
    .filter((record) => record.event === event);

describe("headers", () => {
  test.each(["/", "/docs", "/nothing", "/api/v1/stats", "/openapi.json"])("%s tells browsers what not to do", async (path) => {
    const { headers } = await service.call(path, { as: null });
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("strict-transport-security")).toMatch(/^max-age=\d{8,}; includeSubDomains$/);
    expect(headers.get("content-security-policy")).toMatch(path === "/docs" ? /^default-src 'self'/ : /^default-src 'none'/);
    expect(headers.get("x-request-id")).toMatch(/./);
  });

  test("a request id that is no ray is not taken over", async () => {
    const { headers } = await service.call("/", { as: null, headers: { "cf-ray": "x; y=<script>" } });
    expect(headers.get("x-request-id")).toMatch(/^[\w-]+$/);
  });
});

describe("other origins", () => {
  const preflight = (origin: string, path = "/api/v1/analyze") =>
    service.call(path, {
      as: null,
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "x-api-key,content-type" },
    });

  test("a listed origin may call, and is told how", async () => {
    const { status, headers } = await preflight(SHOP);
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe(SHOP);
    expect(headers.get("access-control-allow-methods")).toBe("POST");
    expect(headers.get("access-control-allow-headers")).toContain("x-api-key");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect(headers.get("vary")).toMatch(/origin/i);
    const answer = await service.call("/api/v1/stats", { as: "readonly", headers: { origin: SHOP } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBe(SHOP);
    const refused = await service.call("/api/v1/stats", { as: null, headers: { origin: SHOP } });
    expect(refused.headers.get("access-control-allow-origin")).toBe(SHOP);
  });

  test.each(["https://shop.example.evil.test", "http://shop.example", "https://shop.example:8443", "null"])(
    "%s may not",
    async (origin) => {
      expect(await preflight(origin)).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
      const { headers } = await service.call("/", { as: null, headers: { origin } });
      expect(headers.get("access-control-allow-origin")).toBeNull();
      expect(headers.get("vary")).toMatch(/origin/i);
    },
  );
});

describe("staff routes", () => {
  const publish = (address: string | null, headers: Record<string, string> = {}) =>
    service.call("/api/admin/fraud-rules/publish", {
      as: "admin",
      body: { files: [] },
      headers: { ...(address === null ? {} : { "cf-connecting-ip": address }), ...headers },
    });

  test("are served to the configured networks only", async () => {
    expect(await publish(OFFICE)).toMatchObject({ status: 422 });
    expect(await publish("203.0.113.9")).toMatchObject({ status: 403, body: { code: "network_not_allowed" } });
    expect(await publish("nonsense")).toMatchObject({ status: 403, body: { code: "network_not_allowed" } });
  });

  test("believe no header but the platform's", async () => {
    const forged = { "x-forwarded-for": OFFICE, "x-real-ip": OFFICE, "true-client-ip": OFFICE, forwarded: `for=${OFFICE}` };
    expect(await publish("203.0.113.9", forged)).toMatchObject({ status: 403, body: { code: "network_not_allowed" } });
  });

  test("spelled otherwise are the same routes", async () => {
    for (const path of ["/api/%61dmin/fraud-rules/publish", "/api/admin/./fraud-rules/publish", "/x/../api/admin/fraud-rules/publish"]) {
      const answer = await service.call(path, { as: "admin", body: {}, headers: { "cf-connecting-ip": "203.0.113.9" } });
      expect(answer).toMatchObject({ status: 403, body: { code: "network_not_allowed" } });
    }
  });

  test("do not close the rest of the surface", async () => {
    expect(await service.call("/api/v1/stats", { as: "readonly", headers: { "cf-connecting-ip": "203.0.113.9" } })).toMatchObject({
      status: 200,
    });
  });
});

describe("the log", () => {
  test("has a record per request that names the route's pattern and the key's id", async () => {
    service.server.clearLogs();
    const { headers } = await service.call("/api/v1/decisions/secret-order-81?stage=x", { headers: { "cf-connecting-ip": "192.0.2.44" } });
    await service.call("/nothing/ann@example.org", { as: null });
    const [read, nothing] = logged("request");
    expect(read).toMatchObject({
      level: "info",
      request_id: headers.get("x-request-id"),
      method: "GET",
      route: "/api/v1/decisions/{id}",
      status: 404,
      role: "api_user",
      ip_address: "192.0.2.44",
    });
    expect(read?.key_id).toMatch(/^local-/);
    expect(Number.isNaN(Date.parse(String(read?.timestamp)))).toBe(false);
    expect(nothing).toMatchObject({ route: "unmatched", status: 404, key_id: null, role: null });
  });

  test("has a record per decision, and none of a repeat", async () => {
    service.server.clearLogs();
    const body = { transaction_id: "log-1", type: "PAYMENT", amount: 5, client_id: "ann@example.org", ip_address: "192.0.2.4" };
    const { headers, body: answer } = await service.call("/api/v1/analyze", { body });
    await service.call("/api/v1/analyze", { body });
    expect(logged("decision")).toMatchObject([
      {
        request_id: headers.get("x-request-id"),
        transaction_id: "log-1",
        decision_id: answer.decision_id,
        ip_address: "192.0.2.4",
        user_id: "a***@example.org",
        risk_score: answer.risk_score,
        outcome: answer.outcome,
        livemode: true,
      },
    ]);
    await service.call("/api/v1/batch-analyze", {
      body: [
        { ...body, transaction_id: "log-2" },
        { ...body, transaction_id: "log-3" },
      ],
    });
    expect(logged("decision").map((record) => record.transaction_id)).toEqual(["log-1", "log-2", "log-3"]);
  });

  test("holds no key, token or card number, whatever was asked", async () => {
    service.server.clearLogs();
    const { api, admin } = service.keys;
    await service.call(`/api/v1/decisions/${admin}`, { headers: { authorization: "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0." } });
    await service.call("/api/v1/analyze", { body: { type: "PAYMENT", amount: 5, transaction_id: admin, client_id: "4111111111111111" } });
    await service.call("/api/v1/analyze", { text: '{"type":"PAYMENT","amount":5,"attributes":{"note":"4111111111111111"}}' });
    const everything = service.server
      .getLogs()
      .map(({ message }) => message)
      .join("\n");
    expect(everything).toContain('"event":"decision"');
    for (const secret of [api, admin, admin.slice(8), "4111111111111111", "eyJ"]) expect(everything).not.toContain(secret);
  });
});

test("a Worker that is set up wrong answers nothing but a problem, and logs which variable is wrong without its value", async () => {
  const broken = await createTestWorker({ CORS_ORIGINS: "shop.example/path", METRICS_KEY: "a-short-metrics-key" });
  try {
    const answer = await broken.server.fetch("http://tollgate.test/");
    expect(answer.status).toBe(500);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ code: "internal_error" });
    const told = broken.server
      .getLogs()
      .map(({ message }) => message)
      .join("\n");
    expect(text).not.toContain("METRICS_KEY");
    expect(told).toContain("CORS_ORIGINS: `shop.example/path` is not an origin");
    expect(told).toContain("METRICS_KEY");
    expect(told).not.toContain("a-short-metrics-key");
  } finally {
    await broken.close();
  }
});
