import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "@redis/client";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createRedisClient } from "../../src/adapters/redis/client.ts";
import { createConfigStore } from "../../src/adapters/redis/config-store.ts";
import { createKeyMirror } from "../../src/adapters/redis/key-mirror.ts";
import { createLimitStore } from "../../src/adapters/redis/limit-store.ts";
import { createLoginAttempts } from "../../src/adapters/redis/login-attempts.ts";
import { createRevocationList } from "../../src/adapters/redis/revocations.ts";
import type { LimitCall } from "../../src/core/limits/verdict.ts";
import type { ApiKeyRecord } from "../../src/ports/access.ts";
import type { VelocityStore } from "../../src/ports/velocity.ts";
import { aTransaction, NOON } from "../support/builders/events.ts";
import { TEST_HASH } from "../support/builders/packed-log.ts";
import { factsOf, planOf } from "../support/facts.ts";
import { createTestGateways, type TestGateways } from "../support/test-gateways.ts";
import { AMPLE_MS, aClaim, answered, aSettlement, redisClientOf, velocityStoreOf } from "../support/velocity.ts";

let gateways: TestGateways;
let store: VelocityStore;
let behind: Awaited<ReturnType<typeof connect>>;
const connect = (url: string) => createClient({ url, RESP: 2 }).connect();

beforeAll(async () => {
  gateways = await createTestGateways();
  store = velocityStoreOf(redisClientOf(gateways));
  behind = await connect(gateways.redisUrl);
});
afterEach(() => gateways.upstash.faults.set([]));
afterAll(async () => {
  behind?.destroy();
  await gateways?.close();
});

const plan = planOf({
  payments: { op: "count", event: "transaction", by: "client", window: "30d", self: false },
  paid: { op: "sum", event: "transaction", by: "client", window: "30d", self: false },
});

const SIGNED_IN = { username: "ann", address: null, deviceId: null, userId: "u" };
const A_CALL: LimitCall = { limited: [{ kind: "key", id: "k", perMinute: 10, quota: 10 }], cost: 1 };

const A_KEY: ApiKeyRecord = {
  id: "k",
  digest: "d",
  name: "shop",
  role: "api_user",
  scopes: null,
  world: "live",
  expiresAtMs: null,
  revokedAtMs: null,
  requestsPerMinute: null,
};

/** Every function of the adapter, with a budget. */
const CALLS: readonly [
  string,
  (store: VelocityStore, client: ReturnType<typeof createRedisClient>, budgetMs: number) => Promise<{ ok: boolean; error?: unknown }>,
][] = [
  ["claim", (s, _, budgetMs) => s.claim(aClaim(aTransaction(), { budgetMs }))],
  ["claimMany", (s, _, budgetMs) => s.claimMany([aClaim(aTransaction())], budgetMs)],
  ["decisionOf", (s, _, budgetMs) => s.decisionOf("id", "", budgetMs)],
  ["eventOf", (s, _, budgetMs) => s.eventOf("id", budgetMs)],
  ["settle", (s, _, budgetMs) => s.settle(aSettlement(aTransaction()), budgetMs)],
  ["setStatus", (s, _, budgetMs) => s.setStatus(aTransaction(), "declined", budgetMs)],
  ["pending", (s, _, budgetMs) => s.pending(10, budgetMs)],
  ["clear", (s, _, budgetMs) => s.clear([{ id: "a", stage: "" }], budgetMs)],
  ["cacheAggregates", (s, _, budgetMs) => s.cacheAggregates("client", "c", "{}", budgetMs)],
  ["dropAggregates", (s, _, budgetMs) => s.dropAggregates("client", "c", budgetMs)],
  ["putStored", (s, _, budgetMs) => s.putStored("client", "c", { a: 1 }, budgetMs)],
  ["content.get", (_, client, budgetMs) => createConfigStore(client).get("hash", budgetMs)],
  ["content.put", (_, client, budgetMs) => createConfigStore(client).put("hash", "text", budgetMs)],
  ["pointer.read", (_, client, budgetMs) => createConfigStore(client).read(budgetMs)],
  ["pointer.advance", (_, client, budgetMs) => createConfigStore(client).advance({ seq: 1, hash: "h" }, budgetMs)],
  ["key.find", (_, client, budgetMs) => createKeyMirror(client).find("digest", budgetMs)],
  ["limit.take", (_, client, budgetMs) => createLimitStore(client, TEST_HASH).take(A_CALL, NOON, budgetMs)],
  ["revocation.read", (_, client, budgetMs) => createRevocationList(client).isRevoked({ sid: "s", sub: "user:u", iat: 1 }, budgetMs)],
  ["revocation.session", (_, client, budgetMs) => createRevocationList(client).revokeSession("s", budgetMs)],
  ["revocation.subject", (_, client, budgetMs) => createRevocationList(client).revokeSubject("user:u", NOON, budgetMs)],
  ["login.take", (_, client, budgetMs) => createLoginAttempts(client, async (text) => text).take("ann", null, budgetMs)],
  ["login.device", (_, client, budgetMs) => createLoginAttempts(client, async (text) => text).takeDevice("d", budgetMs)],
  ["login.second", (_, client, budgetMs) => createLoginAttempts(client, async (text) => text).takeSecond("u", budgetMs)],
  ["login.forget", (_, client, budgetMs) => createLoginAttempts(client, async (text) => text).forget(SIGNED_IN, budgetMs)],
  ["key.replace", (_, client, budgetMs) => createKeyMirror(client).replace(A_KEY, budgetMs)],
];

const BODIES = ["not json", "{}", "[]", "null", '[{"result":7}]', '[{"error":"OOM command not allowed"}]', '{"error":"WRONGPASS"}', ""];

test.each(CALLS)("%s gives a fault, never an exception, whatever answers in place of Redis", async (_name, call) => {
  for (const status of [200, 400, 500, 503])
    for (const body of BODIES) {
      const impostor = await serve((response) => response.writeHead(status).end(body));
      const client = createRedisClient({ url: impostor.url, token: "t" });
      const answer = await call(velocityStoreOf(client), client, AMPLE_MS);
      impostor.close();
      if (status !== 200 || body === "not json" || body.includes("error"))
        expect({ status, body, ok: answer.ok }).toEqual({ status, body, ok: false });
      if (!answer.ok)
        expect(answer.error).toMatchObject({ source: "redis", reason: expect.stringMatching(/^(timeout|unavailable|invalid)$/) });
    }
});

test.each(CALLS)("%s gives up at its budget when nothing answers", async (_name, call) => {
  const silent = await serve(() => {});
  const client = createRedisClient({ url: silent.url, token: "t" });
  const answer = await call(velocityStoreOf(client), client, 30);
  silent.close();
  expect(answer).toEqual({ ok: false, error: { source: "redis", reason: "timeout" } });
});

test.each(CALLS)("%s says unavailable when nobody listens", async (_name, call) => {
  const client = createRedisClient({ url: "http://127.0.0.1:9", token: "t" });
  expect(await call(velocityStoreOf(client), client, AMPLE_MS)).toEqual({ ok: false, error: { source: "redis", reason: "unavailable" } });
});

async function serve(answer: (response: import("node:http").ServerResponse) => void): Promise<{ url: string; close: () => void }> {
  const server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

test("counts stay exact when one answer in five is dropped after its commands ran", async () => {
  await behind.flushDb();
  gateways.upstash.faults.set([{ kind: "drop_answer", probability: 0.2 }]);
  const events = Array.from({ length: 120 }, (_, i) => aTransaction({ occurredAtMs: NOON + i, amountMinor: 100 + i }));
  for (const event of events) {
    const claim = aClaim(event);
    const reply = await store.claim(claim);
    if (reply.ok) expect(reply.value.claim.kind).toBe("new");
    // What the consumer does: settle until it is told that it is.
    const settlement = aSettlement(event, { token: claim.token });
    for (let settled = false; !settled; settled = (await store.settle(settlement, AMPLE_MS)).ok);
  }
  gateways.upstash.faults.set([]);
  const question = aTransaction({ occurredAtMs: NOON + 1_000 });
  const { logs } = answered(await store.claim(aClaim(question, { mode: "peek" })));
  expect(factsOf(plan, question, { logs })).toMatchObject({
    values: { payments: 120, paid: events.reduce((sum, event) => sum + (event.amountMinor ?? 0), 0) },
    marks: {},
  });
});

test("a claim whose answer was lost is the call's own when it is sent again", async () => {
  await behind.flushDb();
  await store.claim(aClaim(aTransaction()));
  const event = aTransaction({ occurredAtMs: NOON + 10 });
  gateways.upstash.faults.set([{ kind: "drop_answer", times: 1 }]);
  const reply = answered(await store.claim(aClaim(event)));
  expect(reply.claim).toEqual({ kind: "new", firstSeenMs: NOON + 10 });
  expect(factsOf(plan, event, { logs: reply.logs }).values).toEqual({ payments: 1, paid: 5_000 });
});

test("events settled after Redis was away are claimed and appended then", async () => {
  await behind.flushDb();
  gateways.upstash.faults.set([{ kind: "refuse" }]);
  const events = Array.from({ length: 5 }, (_, i) => aTransaction({ occurredAtMs: NOON + i }));
  const claims = events.map((event) => aClaim(event));
  for (const claim of claims) expect((await store.claim(claim)).ok).toBe(false);
  gateways.upstash.faults.set([]);
  for (const [i, event] of events.entries()) answered(await store.settle(aSettlement(event, { token: claims[i]?.token ?? "" }), AMPLE_MS));
  const question = aTransaction({ occurredAtMs: NOON + 1_000 });
  const { logs } = answered(await store.claim(aClaim(question, { mode: "peek" })));
  expect(factsOf(plan, question, { logs }).values).toEqual({ payments: 5, paid: 25_000 });
});

test("scripts that the server lost are sent again within the same call", async () => {
  await behind.flushDb();
  const fresh = velocityStoreOf(redisClientOf(gateways));
  await behind.scriptFlush();
  const event = aTransaction();
  expect(answered(await fresh.claim(aClaim(event))).claim.kind).toBe("new");
  await behind.scriptFlush();
  answered(await fresh.settle(aSettlement(event), AMPLE_MS));
  await behind.scriptFlush();
  answered(await fresh.setStatus(event, "declined", AMPLE_MS));
  const question = aTransaction();
  const { logs } = answered(await fresh.claim(aClaim(question, { mode: "peek" })));
  expect(factsOf(plan, question, { logs }).values).toEqual({ payments: 1, paid: 0 });
});
