import { Redis } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestGateways, type TestGateways } from "../support/test-gateways.ts";

let gateways: TestGateways;
const connect = (options: { responseEncoding?: false; token?: string } = {}) =>
  new Redis({
    url: gateways.vars.UPSTASH_REDIS_REST_URL,
    token: gateways.vars.UPSTASH_REDIS_REST_TOKEN,
    automaticDeserialization: false,
    enableTelemetry: false,
    retry: false,
    ...options,
  });

beforeAll(async () => {
  gateways = await createTestGateways();
});
beforeEach(() => connect().flushdb());
afterAll(() => gateways.close());

test.each([
  ["base64", {}],
  ["plain", { responseEncoding: false } as const],
])("values come back as they were written, with %s answers", async (_name, options) => {
  const redis = connect(options);
  expect(await redis.set("status", "OK")).toBe("OK");
  expect(await redis.get("status")).toBe("OK");
  await redis.set("text", "héllo ☃ 0123");
  expect(await redis.get("text")).toBe("héllo ☃ 0123");
  expect(await redis.get("none")).toBe(null);
  expect(await redis.incrby("n", 20)).toBe(20);
});

test("sorted sets and hashes have RESP2's flat shape", async () => {
  const redis = connect();
  await redis.zadd("z", { score: 1.5, member: "a" }, { score: 2, member: "b" });
  expect(await redis.zrange("z", 0, -1, { withScores: true })).toEqual(["a", "1.5", "b", "2"]);
  await redis.hset("h", { f: "1", g: "x" });
  expect(await redis.hgetall("h")).toEqual(["f", "1", "g", "x"]);
});

test("a pipeline runs in order; a refused command is its own item's fault", async () => {
  const pipeline = connect().pipeline();
  pipeline.incr("n");
  pipeline.lpush("n", "x");
  pipeline.incr("n");
  const [first, second, third] = await pipeline.exec<[number, null, number]>({ keepErrors: true });
  expect(first.result).toBe(1);
  expect(second.error).toMatch(/^WRONGTYPE/);
  expect(third.result).toBe(2);
});

test("a transaction is undone as a whole when a command in it does not exist", async () => {
  const redis = connect();
  expect(await redis.multi().incr("m").get("m").exec()).toEqual([1, "1"]);
  const body = JSON.stringify([["SET", "m", "9"], ["NOSUCH"]]);
  const headers = { authorization: `Bearer ${gateways.vars.UPSTASH_REDIS_REST_TOKEN}` };
  const answer = await fetch(`${gateways.upstash.origin}/multi-exec`, { method: "POST", headers, body });
  expect(answer.status).toBe(400);
  expect(await redis.get("m")).toBe("1");
});

test("a script with Upstash's own flag runs, and is found by the hash of what the caller wrote", async () => {
  const redis = connect();
  const script = redis.createScript<string[]>("#!lua flags=allow-key-locking\nreturn {KEYS[1], ARGV[1]}");
  expect(await script.exec(["k"], ["first"])).toEqual(["k", "first"]);
  expect(await redis.evalsha(script.sha1 ?? "", ["k"], ["by hash"])).toEqual(["k", "by hash"]);
  await redis.scriptFlush();
  expect(await script.exec(["k"], ["after a flush"])).toEqual(["k", "after a flush"]);
});

test("path style reaches the same commands", async () => {
  const headers = { authorization: `Bearer ${gateways.vars.UPSTASH_REDIS_REST_TOKEN}` };
  await fetch(`${gateways.upstash.origin}/set/path%2Fkey?EX=60`, { method: "POST", headers, body: "a value" });
  const answer = await fetch(`${gateways.upstash.origin}/get/path%2Fkey`, { headers });
  expect(await answer.json()).toEqual({ result: "a value" });
  expect(await connect().ttl("path/key")).toBeGreaterThan(0);
});

test.each(["SUBSCRIBE", "MULTI", "SELECT", "CONFIG"])("%s, which needs a session or manages the server, is refused", async (name) => {
  await expect(connect().exec([name, "0"])).rejects.toThrow("Command is not available");
});

test("a wrong token is refused", async () => {
  await expect(connect({ token: "wrong" }).get("a")).rejects.toThrow("WRONGPASS");
});
