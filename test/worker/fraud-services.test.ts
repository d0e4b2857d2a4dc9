import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Json, type Reply, startService, type TestService } from "../support/service.ts";
import { startVendor, type VendorServer } from "../support/vendor-server.ts";

const SECRET = "the-key-of-the-vendor-7f3a";
const FEATURES = {
  amount: { op: "field", path: "amount", type: "money" },
  vendor_score: { op: "serviceLookup", service: "vendor", key: "score", type: "ratio" },
  vendor_share: { op: "divide", of: ["vendor_score", 100] },
  unread_score: { op: "serviceLookup", service: "unread", key: "score", type: "ratio" },
};
const RULES = {
  name: "vendors",
  policy: { challengeAt: 50, reviewAt: 65, blockAt: 80 },
  rules: [
    {
      ...{ id: "V1", name: "Vendor says so", reason: "vendor_score", severity: "high", mode: "live", score: 70, on: ["PAYMENT"] },
      conditions: { vendor_share: { gt: 0.8 } },
    },
    {
      ...{ id: "V2", name: "Large transfer", reason: "large", severity: "low", mode: "live", score: 10, on: ["TRANSFER"] },
      conditions: { amount: { gt: 1_000 } },
    },
  ],
};

let service: TestService;
let vendor: VendorServer;
beforeAll(async () => {
  vendor = await startVendor();
  const secrets = {
    vendor: { host: vendor.host, send: { key: SECRET } },
    elsewhere: { host: "api.vendor.example", send: { key: SECRET } },
  };
  service = await startService({ SERVICE_SECRETS: JSON.stringify(secrets), LOG_LEVEL: "info" });
  const published = await service.publish({
    files: [{ name: "vendors.json", text: JSON.stringify(RULES) }],
    features: JSON.stringify(FEATURES),
    message: "vendors",
  });
  expect(published.status).toBe(200);
});
afterAll(async () => {
  await service?.close();
  await vendor?.close();
});
beforeEach(() => vendor.takeRequests());

const settingsAt = (path: string) => ({
  url: `${vendor.origin}${path}?ip={ip_address}&device={device_id?}`,
  headers: { authorization: "Bearer {secret.key}" },
  answers: { score: { path: "score", type: "number" }, echo: { path: "echo", type: "text", optional: true } },
  budget_ms: 2_000,
  cache_seconds: 0,
});
const admin = (method: string, path: string, body?: unknown, headers = {}): Promise<Reply> =>
  service.call(`/api/admin/fraud-services${path}`, { as: "admin", method, headers, ...(body === undefined ? {} : { body }) });
async function configure(settings: Json, more = {}): Promise<Reply> {
  const made = await admin("POST", "", { id: "vendor", settings, ...more });
  return made.status === 409 ? admin("PATCH", "/vendor", { settings, active: true, ...more }) : made;
}
let last = 0;
const decide = (body = {}): Promise<Reply> =>
  service.call("/api/v1/analyze", {
    body: { type: "PAYMENT", amount: 5, ip_address: `198.51.100.${1 + (last++ % 200)}`, device_id: "d 1/ä", ...body },
  });

test("a rule reads a service's answer; a kind of event whose rules do not read it asks nobody", async () => {
  expect(await configure(settingsAt("/healthy"))).toMatchObject({ status: 201, body: { id: "vendor", missing_secrets: [], version: 1 } });
  const decided = await decide();
  expect(decided.body).toMatchObject({ degraded: [], rules: [{ id: "vendors/V1", values: { vendor_share: 0.875 } }] });
  const [request, ...rest] = vendor.takeRequests();
  expect(rest).toEqual([]);
  expect(request).toMatchObject({ method: "GET", url: expect.stringMatching(/^\/healthy\?ip=198\.51\.100\.\d+&device=d%201%2F%C3%A4$/) });
  expect(request?.headers.authorization).toBe(`Bearer ${SECRET}`);
  expect((await decide({ type: "TRANSFER" })).body).toMatchObject({ degraded: [], rules: [] });
  expect(vendor.takeRequests()).toEqual([]);
});

test("an event that lacks what a service is asked by has no value of it, which is no failure", async () => {
  await configure(settingsAt("/healthy"));
  const decided = await decide({ ip_address: undefined });
  expect(decided.body).toMatchObject({ degraded: [], unknown_rules: [{ id: "vendors/V1", missing: ["vendor_share"] }] });
  expect(vendor.takeRequests()).toEqual([]);
});

test.each(["/failing", "/garbage", "/shape", "/large"])("a service that answers %s is missing and named", async (path) => {
  await admin("DELETE", "/vendor");
  await configure(settingsAt(path));
  expect((await decide()).body).toMatchObject({
    degraded: ["service:vendor"],
    unknown_rules: [{ id: "vendors/V1", missing: ["vendor_share"] }],
  });
  expect(vendor.takeRequests()).toHaveLength(1);
});

test.each(["/hanging", "/endless"])("a service that is %s does not hold a decision past its deadline", async (path) => {
  await admin("DELETE", "/vendor");
  await configure(settingsAt(path));
  const decided = await service.call("/api/v1/analyze", {
    body: { type: "PAYMENT", amount: 5, ip_address: "203.0.113.99" },
    headers: { "tollgate-deadline-ms": "1500" },
  });
  expect(decided).toMatchObject({ status: 200, body: { degraded: ["service:vendor"] } });
});

test("a service is switched off and on, changed by one of two editors, and taken away", async () => {
  const { body } = await configure(settingsAt("/healthy"));
  const off = await admin("PATCH", "/vendor", { active: false }, { "if-match": `"${body.version}"` });
  expect(off).toMatchObject({ status: 200, body: { active: false, version: body.version + 1 } });
  expect((await decide()).body).toMatchObject({ degraded: [], rules: [] });
  expect(vendor.takeRequests()).toEqual([]);
  const late = await admin("PATCH", "/vendor", { settings: { budget_ms: 50 }, version: body.version });
  expect(late).toMatchObject({
    status: 409,
    body: { code: "changed_meanwhile", difference: [{ field: "budget_ms", yours: 50 }] },
  });
  expect((await admin("DELETE", "/vendor")).status).toBe(204);
  expect((await admin("GET", "/vendor")).status).toBe(404);
  expect((await decide()).body.degraded).toEqual([]);
  const actions = await service.sql("select action from audit_log where target = 'external_service:vendor' order by seq desc limit 2");
  expect(actions).toEqual([{ action: "external_service.delete" }, { action: "external_service.change" }]);
});

test("a trial tells reachability, time and shape, and no secret", async () => {
  await configure(settingsAt("/healthy"), { active: false });
  const trial = async (path: string): Promise<Json> => {
    await configure(settingsAt(path));
    return (await service.call("/api/admin/fraud-services/vendor/test", { as: "analyst", body: {} })).body;
  };
  expect(await trial("/healthy")).toEqual({
    ...{
      reachable: true,
      outcome: "answered",
      http_status: 200,
      latency_ms: expect.any(Number),
      within_budget: true,
      expected_shape: true,
    },
    misshapen: [],
    values: { score: 87.5, echo: "Bearer [secret]" },
  });
  expect(await trial("/shape")).toMatchObject({ reachable: true, outcome: "wrong_shape", expected_shape: false, misshapen: ["score"] });
  expect(await trial("/garbage")).toMatchObject({ outcome: "wrong_shape", expected_shape: false });
  expect(await trial("/failing")).toMatchObject({
    reachable: true,
    outcome: "refused",
    http_status: 500,
    expected_shape: null,
    values: null,
  });
});

test("the answers of a day are counted as a success rate", async () => {
  await admin("DELETE", "/vendor");
  await configure(settingsAt("/healthy"));
  await service.sql("delete from external_check_counters");
  await service.sql(
    `insert into external_check_counters values ('vendor', date_trunc('hour', now()), 'answered', 3, 60), ('vendor', date_trunc('hour', now()), 'timeout', 1, 100),
      ('vendor', now() - interval '3 days', 'timeout', 50, 100), ('other', date_trunc('hour', now()), 'timeout', 9, 9)`,
  );
  const { body } = await service.call("/api/admin/fraud-services", { as: "readonly" });
  expect(body.services).toMatchObject([
    { id: "vendor", last_24h: { calls: 4, success_rate: 0.75, mean_ms: 40, failures: { timeout: 1 } }, breaker: "closed" },
  ]);
  expect(body.presets.map(({ id }: Json) => id)).toEqual(["fraudscore", "forensiq", "anura", "botbox"]);
});

test("what cannot be meant is refused with its place", async () => {
  const refused = async (settings: Json): Promise<Json> => (await admin("POST", "", { id: "fresh", settings })).body.errors;
  const answers = { score: { path: "score", type: "number" } };
  expect(await refused({ answers })).toMatchObject([{ path: "settings.url" }]);
  for (const url of [
    "http://vendor.example/",
    "https://10.0.0.1/",
    "https://[::ffff:127.0.0.1]/",
    "https://0x7f.1/",
    "https://{ip_address}/",
    "https://vendor.example{device_id}/",
    "https://localhost/",
    "not a url",
  ])
    expect(await refused({ url, answers }), url).toMatchObject([{ code: "bad_url", path: "settings.url" }]);
  const url = "https://api.vendor.example/check";
  expect(await refused({ url: `${url}?ip={ip_adress}`, answers })).toMatchObject([
    { message: expect.stringContaining("did you mean `ip_address`") },
  ]);
  expect(await refused({ url: `${url}?apikey=abc`, answers })).toMatchObject([{ code: "secret_in_clear", path: "settings.url" }]);
  expect(await refused({ url, answers, headers: { authorization: "Bearer abc" } })).toMatchObject([{ code: "secret_in_clear" }]);
  expect(await refused({ url, answers, method: "POST", body: { api_key: "abc" } })).toMatchObject([
    { code: "secret_in_clear", path: "settings.body.api_key" },
  ]);
  expect(await refused({ url, answers: {} })).toMatchObject([{ path: "settings.answers" }]);
  expect(await refused({ url, answers, bugdet_ms: 5 })).toMatchObject([{ path: "settings" }]);
});

test("a secret goes to no other host than its own", async () => {
  const settings = { ...settingsAt("/healthy") };
  expect(await admin("POST", "", { id: "elsewhere", settings })).toMatchObject({ status: 201, body: { missing_secrets: ["key"] } });
  const tried = await service.call("/api/admin/fraud-services/elsewhere/test", { as: "admin", body: {} });
  expect(tried.body).toMatchObject({ reachable: false, outcome: "no_secret" });
  expect(vendor.takeRequests()).toEqual([]);
});

test("a preset needs no more than an address, and Anura's not even that", async () => {
  expect(await admin("POST", "", { id: "anura", active: false })).toMatchObject({
    status: 201,
    body: { missing_secrets: ["instance"], settings: { answers: { result: { path: "result" } } } },
  });
  expect(await admin("POST", "", { id: "fraudscore", active: false, settings: { url: "https://scores.example/v1" } })).toMatchObject({
    status: 201,
    body: { settings: { method: "POST", body: { ip: "{ip_address}" } } },
  });
});

test("no answer and no row holds a secret", async () => {
  const listed = await admin("GET", "");
  const rows = await service.sql(
    "select row_to_json(audit_log) from audit_log union all select row_to_json(external_checks) from external_checks",
  );
  expect(JSON.stringify(listed.body) + JSON.stringify(rows)).not.toContain(SECRET);
});
