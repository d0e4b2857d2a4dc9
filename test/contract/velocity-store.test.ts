import { createClient } from "@redis/client";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createConfigStore } from "../../src/adapters/redis/config-store.ts";
import { ENTITY_KINDS } from "../../src/core/event/entity.ts";
import type { CanonicalEvent } from "../../src/core/event/event.ts";
import type { VelocityStore } from "../../src/ports/velocity.ts";
import { aLogin, aTransaction, NOON } from "../support/builders/events.ts";
import { factsOf, planOf } from "../support/facts.ts";
import { createTestGateways, type TestGateways } from "../support/test-gateways.ts";
import { AMPLE_MS, aClaim, answered, aSettlement, record, redisClientOf, velocityStoreOf } from "../support/velocity.ts";

let gateways: TestGateways;
let store: VelocityStore;
let behind: Awaited<ReturnType<typeof connect>>;
const connect = (url: string) => createClient({ url, RESP: 2 }).connect();

beforeAll(async () => {
  gateways = await createTestGateways();
  store = velocityStoreOf(redisClientOf(gateways));
  behind = await connect(gateways.redisUrl);
});
beforeEach(async () => {
  await behind.flushDb();
});
afterAll(async () => {
  behind?.destroy();
  await gateways?.close();
});

const plan = planOf({
  payments: { op: "count", event: "transaction", by: "client", window: "1h", self: false },
  paid: { op: "sum", event: "transaction", by: "client", window: "1h", self: false },
  everything: { op: "count", by: "ip", window: "1h", self: false },
});
const windowsOf = async (question: CanonicalEvent) =>
  factsOf(plan, question, { logs: answered(await store.claim(aClaim(question, { mode: "peek" }))).logs }).values;

test("fifty parallel calls for one event claim it once and append it once", async () => {
  const event = aTransaction();
  const replies = await Promise.all(Array.from({ length: 50 }, () => store.claim(aClaim(event))));
  const kinds = replies.map((reply) => answered(reply).claim.kind);
  expect(kinds.filter((kind) => kind === "new")).toHaveLength(1);
  expect(await windowsOf(aTransaction())).toEqual({ payments: 1, paid: 5_000, everything: 1 });
});

test("a repeated call is told whether the body is the same, and the decision once there is one", async () => {
  const event = aTransaction();
  const first = aClaim(event);
  await store.claim(first);
  const inFlight = answered(await store.claim(aClaim(event, { nowMs: NOON + 5_000 })));
  expect(inFlight.claim).toEqual({ kind: "repeat", sameBody: true, firstSeenMs: NOON, decision: null });
  expect(inFlight.logs).toBeDefined();

  answered(await store.settle(aSettlement(event, { token: first.token, decision: '{"outcome":"block","why":"çédille 漢字"}' }), AMPLE_MS));
  const other = answered(await store.claim(aClaim(event, { bodyHash: "another" })));
  expect(other.claim).toEqual({ kind: "repeat", sameBody: false, firstSeenMs: NOON, decision: '{"outcome":"block","why":"çédille 漢字"}' });
  expect(answered(await store.decisionOf(event.id, "", AMPLE_MS))).toEqual({
    known: true,
    decision: '{"outcome":"block","why":"çédille 漢字"}',
  });
  expect(answered(await store.decisionOf("never", "", AMPLE_MS))).toEqual({ known: false, decision: null });
});

test("the first decision of a call stays, however often it is settled", async () => {
  const event = aTransaction();
  await store.claim(aClaim(event));
  answered(await store.settle(aSettlement(event, { decision: '{"n":1}' }), AMPLE_MS));
  answered(await store.settle(aSettlement(event, { decision: '{"n":2}', status: "blocked" }), AMPLE_MS));
  expect(answered(await store.decisionOf(event.id, "", AMPLE_MS)).decision).toBe('{"n":1}');
  expect(await windowsOf(aTransaction())).toMatchObject({ paid: 5_000 });
});

test("an event that was never claimed is claimed and appended by its settlement, once", async () => {
  const event = aTransaction();
  const settlement = aSettlement(event, { status: "blocked" });
  answered(await store.settle(settlement, AMPLE_MS));
  answered(await store.settle(settlement, AMPLE_MS));
  expect(await windowsOf(aTransaction())).toEqual({ payments: 1, paid: 0, everything: 1 });
  expect(answered(await store.claim(aClaim(event))).claim.kind).toBe("repeat");
  expect(answered(await store.pending(10, AMPLE_MS))).toMatchObject([{ id: event.id, isSettled: true, decision: settlement.decision }]);
});

test("a second stage of a transaction is a call of its own that appends nothing", async () => {
  const event = aTransaction({ stage: "pre_auth" });
  await record(store, event);
  const later = { ...event, stage: "post_auth", occurredAtMs: NOON + 60_000 };
  const claim = aClaim(later);
  expect(answered(await store.claim(claim)).claim.kind).toBe("new");
  answered(await store.settle(aSettlement(later, { token: claim.token, decision: '{"stage":2}' }), AMPLE_MS));
  expect(await windowsOf(aTransaction({ occurredAtMs: NOON + 60_000 }))).toEqual({ payments: 1, paid: 5_000, everything: 1 });
  expect(answered(await store.decisionOf(event.id, "pre_auth", AMPLE_MS))).toEqual({ known: true, decision: null });
  expect(answered(await store.decisionOf(event.id, "post_auth", AMPLE_MS))).toEqual({ known: true, decision: '{"stage":2}' });
  expect(answered(await store.eventOf(event.id, AMPLE_MS))).toEqual(event);
});

test("a status found later changes the sums and not the counts", async () => {
  const event = aTransaction();
  await record(store, event);
  await record(store, aTransaction({ occurredAtMs: NOON + 1, amountMinor: 100 }));
  const later = aTransaction({ occurredAtMs: NOON + 2 });
  answered(await store.setStatus(event, "declined", AMPLE_MS));
  expect(await windowsOf(later)).toEqual({ payments: 2, paid: 100, everything: 2 });
  answered(await store.setStatus(event, "captured", AMPLE_MS));
  expect(await windowsOf(later)).toEqual({ payments: 2, paid: 5_100, everything: 2 });
});

test("a peek changes nothing", async () => {
  await record(store, aTransaction());
  const before = await snapshot();
  answered(await store.claim(aClaim(aTransaction({ occurredAtMs: NOON + 1 }), { mode: "peek" })));
  expect(await snapshot()).toEqual(before);
});

async function snapshot(): Promise<unknown> {
  const keys = (await behind.keys("*")).sort();
  return Promise.all(
    keys.map(async (key) => [key, (await behind.type(key)) === "string" ? await behind.get(key) : await behind.zRange(key, 0, -1)]),
  );
}

test("live and test events never meet", async () => {
  await record(store, aTransaction());
  const other = velocityStoreOf(redisClientOf(gateways), "test");
  const event = aTransaction();
  expect(answered(await other.claim(aClaim(event))).logs).toEqual({});
  expect(answered(await other.pending(10, AMPLE_MS))).toHaveLength(1);
  expect(answered(await store.pending(10, AMPLE_MS))).toHaveLength(1);
});

test("pending entries come oldest first over all shards, and go when they are cleared", async () => {
  const events = Array.from({ length: 200 }, (_, i) => aTransaction({ occurredAtMs: NOON + 1_000 - i }));
  for (const event of events) answered(await store.claim(aClaim(event)));
  const oldest = answered(await store.pending(100, AMPLE_MS));
  expect(oldest.map(({ claimedAtMs }) => claimedAtMs)).toEqual([...oldest.map(({ claimedAtMs }) => claimedAtMs)].sort((a, b) => a - b));
  expect(oldest[0]).toEqual({
    id: events[199]?.id,
    stage: "",
    claimedAtMs: NOON + 801,
    event: events[199],
    bodyHash: "body",
    decision: null,
    isSettled: false,
  });
  const seen = new Set<string>();
  for (let left = oldest; left.length > 0; left = answered(await store.pending(100, AMPLE_MS))) {
    for (const { id } of left) seen.add(id);
    answered(await store.clear(left, AMPLE_MS));
  }
  expect(seen.size).toBe(200);
  expect(answered(await store.claim(aClaim(events[0] ?? aTransaction()))).claim.kind).toBe("repeat");
});

test("a pending entry whose claim is gone is taken out", async () => {
  const event = aTransaction();
  answered(await store.claim(aClaim(event)));
  await behind.del(`tg:live:claim:${event.id}`);
  expect(answered(await store.pending(10, AMPLE_MS))).toEqual([]);
  expect(await behind.keys("tg:live:pending:*")).toEqual([]);
});

test("one caller at a time is asked to refresh aggregates, and nobody while they are fresh", async () => {
  const claimed = async () => answered(await store.claim(aClaim(aTransaction({ dimensions: { dest: "dest-1" } }))));
  expect((await claimed()).refreshLease).toBe(true);
  expect((await claimed()).refreshLease).toBe(false);
  answered(await store.cacheAggregates("client", "client-1", '{"asOfMs":1}', AMPLE_MS));
  answered(await store.cacheAggregates("dest", "dest-1", '{"asOfMs":2}', AMPLE_MS));
  expect(await claimed()).toMatchObject({ refreshLease: false, aggregates: { client: '{"asOfMs":1}', dest: '{"asOfMs":2}' } });
  answered(await store.dropAggregates("client", "client-1", AMPLE_MS));
  expect(await claimed()).toMatchObject({ refreshLease: true, aggregates: { client: null, dest: '{"asOfMs":2}' } });
});

test("stored features come with the claim", async () => {
  answered(await store.putStored("device", "device-1", { emulator: true, score: 7.5, label: "ünïcode" }, AMPLE_MS));
  const { store: stored } = answered(await store.claim(aClaim(aTransaction())));
  expect(JSON.parse(stored.device ?? "")).toEqual({ emulator: true, score: 7.5, label: "ünïcode" });
  expect(Object.keys(stored)).toEqual(["device"]);
});

test("the live pointer comes with the claim", async () => {
  expect(answered(await store.claim(aClaim(aTransaction()))).pointer).toBeNull();
  answered(await createConfigStore(redisClientOf(gateways)).advance({ seq: 3, hash: "abc" }, AMPLE_MS));
  expect(answered(await store.claim(aClaim(aTransaction()))).pointer).toEqual({ seq: 3, hash: "abc" });
});

test("in a batch each event sees the earlier ones", async () => {
  const events = Array.from({ length: 60 }, (_, i) => aTransaction({ occurredAtMs: NOON + i }));
  const requests = events.map((event) => aClaim(event));
  const first = answered(await store.claimMany(requests, AMPLE_MS));
  const counts = first.map((reply, i) => factsOf(plan, events[i] ?? aTransaction(), { logs: reply.logs }).values.payments);
  expect(counts).toEqual(events.map((_, i) => i));
  const again = answered(await store.claimMany(requests, AMPLE_MS));
  expect(again.slice(0, 25).map((reply, i) => factsOf(plan, events[i] ?? aTransaction(), { logs: reply.logs }).values.payments)).toEqual(
    counts.slice(0, 25),
  );
});

test("every key has a time to live once the mover has seen its event", async () => {
  const event = aTransaction({ dimensions: { dest: "d", card: "c", email: "e@x.de", phone: "+49", shipping: "s" } });
  await record(store, event);
  await record(store, aLogin());
  answered(await store.cacheAggregates("client", "client-1", "{}", AMPLE_MS));
  answered(await store.putStored("ip", "198.51.100.7", { a: 1 }, AMPLE_MS));
  answered(await createConfigStore(redisClientOf(gateways)).put("hash", "text", AMPLE_MS));
  // The mover's run sets that of the pending shards.
  answered(await store.pending(10, AMPLE_MS));
  const keys = await behind.keys("*");
  expect(keys.length).toBeGreaterThan(10);
  for (const key of keys) expect({ key, ttl: await behind.pTTL(key) }).toEqual({ key, ttl: expect.toSatisfy((ms: number) => ms > 0) });
});

test("a log that was written a month ago is written anew, with a new time to live", async () => {
  const DAY_MS = 86_400_000;
  await record(store, aLogin());
  const log = (await behind.keys("tg:live:tail:client:*"))[0] ?? "";
  await behind.pExpire(log, 1_000_000);
  await record(store, aLogin({ occurredAtMs: NOON + 29 * DAY_MS }));
  expect(await behind.pTTL(log)).toBeLessThan(1_000_001);
  await record(store, aLogin({ occurredAtMs: NOON + 31 * DAY_MS }));
  expect(await behind.pTTL(log)).toBeGreaterThan(400 * DAY_MS);
  const since = planOf({
    logins: { op: "count", event: "login", by: "client", window: "30d", self: false },
    first: { op: "firstSeen", by: "client" },
  });
  const question = aLogin({ occurredAtMs: NOON + 31 * DAY_MS });
  const reply = answered(await store.claim(aClaim(question, { mode: "peek" })));
  expect(factsOf(since, question, { logs: reply.logs }).values).toEqual({ logins: 2, first: NOON });
});

test("no key and no log holds what was sent in the clear", async () => {
  const event = aTransaction({
    dimensions: { client: "alice-secret", email: "alice@secret.example", card: "tok_secret", shipping: "1 secret road" },
  });
  await record(store, event);
  for (const key of await behind.keys("tg:live:tail:*")) {
    expect(key).not.toContain("secret");
    expect(await behind.get(key)).not.toContain("secret");
  }
});

test("a decision on N entities costs 5 + N commands, and a new or trimmed log a little more", async () => {
  const dimensions = { dest: "d", card: "c", email: "e@x.de", phone: "+49", shipping: "s" };
  const event = () => aTransaction({ dimensions });
  await record(store, event());
  await store.claim(aClaim(event()));
  await behind.configResetStat();
  answered(await store.claim(aClaim(event())));
  const stats = await behind.info("commandstats");
  const calls = [...stats.matchAll(/^cmdstat_([a-z]+):calls=(\d+)/gm)].filter(
    ([, name]) => !["config", "info", "flushdb"].includes(name ?? ""),
  );
  const billed = calls.reduce((total, [, , count]) => total + Number(count), 0);
  expect(billed).toBeLessThanOrEqual(5 + ENTITY_KINDS.length);
});

test("ids and stages may hold anything", async () => {
  const ids = ["a\u001fb", "x".repeat(128), "ключ 🔑", "with space", "__proto__"];
  for (const id of ids) {
    const event = aTransaction({ id, stage: "st\u001eage\u001f" });
    const claim = aClaim(event);
    expect(answered(await store.claim(claim)).claim.kind).toBe("new");
    answered(await store.settle(aSettlement(event, { token: claim.token, decision: JSON.stringify({ id }) }), AMPLE_MS));
    expect(answered(await store.decisionOf(id, event.stage, AMPLE_MS)).decision).toBe(JSON.stringify({ id }));
  }
  expect(
    answered(await store.pending(10, AMPLE_MS))
      .map(({ event }) => event.id)
      .sort(),
  ).toEqual([...ids].sort());
});
