import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ROUTES } from "../../src/http/app.ts";
import { takesIdempotencyKey } from "../../src/http/middleware/idempotency.ts";
import { type Call, type Reply, startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
});
afterEach(() => service.gateways.upstash.faults.set([]));
afterAll(() => service.close());

const files = (name: string) => [{ name: `${name}.json`, text: `{"name":"${name}","rules":[]}` }];
const publish = (key: string, name: string, call: Call = {}): Promise<Reply> =>
  service.call("/api/admin/fraud-rules/publish", {
    as: "admin",
    body: { files: files(name), message: name },
    ...call,
    headers: { "idempotency-key": key, ...call.headers },
  });
const published = async (message: string): Promise<number> =>
  (await service.sql("select count(*)::int as n from manifests where message = $1", [message]))[0]?.n;

test("50 posts at once with one key have one effect and one answer", async () => {
  const replies = await Promise.all(Array.from({ length: 50 }, () => publish("fifty", "fifty")));
  const done = replies.filter(({ status }) => status === 200);
  expect(done.length).toBeGreaterThanOrEqual(1);
  expect(
    new Set(replies.filter((reply) => !done.includes(reply)).map(({ status, body }) => `${status} ${body.code}`)).size,
  ).toBeLessThanOrEqual(1);
  for (const reply of replies) if (!done.includes(reply)) expect(reply).toMatchObject({ status: 409, body: { code: "in_flight" } });
  expect(await published("fifty")).toBe(1);
  expect(
    await service.sql("select seq from audit_log where details like '%\"message\":\"fifty\"%' and action = 'ruleset.publish'"),
  ).toHaveLength(1);

  const repeat = await publish("fifty", "fifty");
  expect(repeat.headers.get("idempotency-replayed")).toBe("true");
  expect(repeat.headers.get("content-type")).toContain("application/json");
  for (const { body } of done) expect(body).toEqual(repeat.body);
});

test("a refusal is replayed like any answer", async () => {
  const bad = { body: { files: [{ name: "x.json", text: "{" }] } };
  const first = await publish("refused", "x", bad);
  expect(first.status).toBe(422);
  const again = await publish("refused", "x", bad);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(again.status).toBe(422);
  expect(again.body.errors).toEqual(first.body.errors);
});

test("a key used for another body is a 422, and for another caller a key of its own", async () => {
  expect((await publish("mine", "mine")).status).toBe(200);
  expect(await publish("mine", "other")).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
  const colleague = await publish("mine", "mine", { as: "analyst" });
  expect(colleague.status).toBe(200);
  expect(colleague.headers.get("idempotency-replayed")).toBeNull();
});

test("a key that is no key is refused", async () => {
  expect(await publish("a b", "a")).toMatchObject({ status: 422, body: { code: "bad_idempotency_key" } });
  expect(await publish("k".repeat(256), "a")).toMatchObject({ status: 422, body: { code: "bad_idempotency_key" } });
});

test("an answer without a body is replayed as it was", async () => {
  const put = () =>
    service.call("/api/v1/profiles/c-1", { method: "PUT", body: { tier: "gold" }, headers: { "idempotency-key": "profile" } });
  expect((await put()).status).toBe(204);
  const again = await put();
  expect(again).toMatchObject({ status: 204, body: "" });
  expect(again.headers.get("idempotency-replayed")).toBe("true");
});

test("with Redis away a call with a key does nothing, and the same call afterwards does it", async () => {
  service.gateways.upstash.faults.set([{ kind: "status", status: 503, match: "tg:idem:" }]);
  expect(await publish("away", "away")).toMatchObject({ status: 503 });
  expect(await published("away")).toBe(0);
  service.gateways.upstash.faults.set([]);
  expect(await publish("away", "away")).toMatchObject({ status: 200 });
  expect(await published("away")).toBe(1);
});

test("a server error is not kept: the repeat is tried anew", async () => {
  service.gateways.neon.faults.set([{ kind: "status", status: 503, match: "append_audit" }]);
  expect((await publish("retry", "retry")).status).toBe(503);
  service.gateways.neon.faults.set([]);
  const again = await publish("retry", "retry");
  expect(again.status).toBe(200);
  expect(again.headers.get("idempotency-replayed")).toBeNull();
});

test("Redis holds neither the key nor the answer in clear", async () => {
  const { body } = await publish("clear-key-12345", "clear");
  const names = (await service.redis(["KEYS", "tg:idem:*"])) as string[];
  const values = await Promise.all(names.map((name) => service.redis(["GET", name])));
  expect(names.length).toBeGreaterThan(0);
  expect(names.join("\n") + values.join("\n")).not.toContain("clear-key-12345");
  expect(values.join("\n")).not.toContain(body.manifest);
  for (const name of names) expect(await service.redis(["PTTL", name])).toBeGreaterThan(0);
});

test("a new API key's answer is replayed to its maker, and Redis never holds the key in clear", async () => {
  const create = () =>
    service.call("/api/admin/api-keys", { as: "admin", body: { name: "till 7" }, headers: { "idempotency-key": "till-7" } });
  const first = await create();
  const again = await create();
  expect(first.status, JSON.stringify(first.body)).toBeLessThan(300);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(again.body).toEqual(first.body);
  expect(await service.sql("select id from api_keys where name = 'till 7'")).toHaveLength(1);
  const [clear] = /tg_live_[0-9A-Za-z]{38}/.exec(JSON.stringify(first.body)) ?? [];
  expect(clear).toBeDefined();
  const names = (await service.redis(["KEYS", "*"])) as string[];
  const dumps = await Promise.all(names.map((name) => service.redis(["DUMP", name])));
  expect(dumps.join("\n")).not.toContain(clear);
});

test("every guarded write without an id of its own takes a key", () => {
  const without = ROUTES.filter((route) => route.verb !== null && route.method !== "get" && !takesIdempotencyKey(route));
  // A file is known by its contents: uploading it again finds it.
  expect(without.map(({ path }) => path).sort()).toEqual([
    "/api/admin/evidence/{transaction}/files",
    "/api/v1/analyze",
    "/api/v1/batch-analyze",
    "/api/v1/events",
  ]);
});
