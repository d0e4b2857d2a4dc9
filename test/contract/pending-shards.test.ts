import { createClient } from "@redis/client";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createPendingShards } from "../../src/adapters/redis/pending-shards.ts";
import { createDimensionHash } from "../../src/core/velocity/dimension-hash.ts";
import { createTestGateways, type TestGateways } from "../support/test-gateways.ts";
import { redisClientOf } from "../support/velocity.ts";

const AMPLE_MS = 10_000;
const clock = { nowMs: 1_000_000 };
let gateways: TestGateways;
let behind: ReturnType<typeof connect>;
const connect = (url: string) => createClient({ url, RESP: 2 });
const shards = () => createPendingShards(redisClientOf(gateways), createDimensionHash("secret"), () => clock.nowMs);
const answered = <T>(answer: { ok: true; value: T } | { ok: false; error: unknown }): T => {
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
};
const commands = async (): Promise<number> => {
  const text = await behind.sendCommand<string>(["INFO", "commandstats"]);
  return [...text.matchAll(/cmdstat_(?!info|config)\w+:calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
};

beforeAll(async () => {
  gateways = await createTestGateways();
  behind = connect(gateways.redisUrl);
  await behind.connect();
});
beforeEach(async () => {
  await behind.flushDb();
});
afterAll(async () => {
  behind.destroy();
  await gateways.close();
});

test("while nothing waits, one command says so for both worlds", async () => {
  const store = shards();
  await behind.sendCommand(["CONFIG", "RESETSTAT"]);
  expect(answered(await store.inUse(AMPLE_MS))).toEqual({ live: [], test: [] });
  expect(await commands()).toBe(1);
});

test("the shards that hold something are found, in their world alone", async () => {
  await behind.zAdd("tg:live:pending:3", { score: 1, value: "a" });
  await behind.zAdd("tg:live:pending:63", { score: 1, value: "b" });
  const inUse = answered(await shards().inUse(AMPLE_MS));
  expect(inUse.live).toEqual(expect.arrayContaining([3, 63]));
  expect(inUse.test).toEqual([]);
  expect(answered(await shards().count("live", AMPLE_MS))).toBe(2);
  expect(answered(await shards().count("test", AMPLE_MS))).toBe(0);
});

test("two movers never hold the same shard; what one gives back the other gets", async () => {
  const [one, other] = [shards(), shards()];
  expect(answered(await one.lease("live", [1, 2, 3], "one", AMPLE_MS))).toEqual([1, 2, 3]);
  expect(answered(await other.lease("live", [3, 4], "other", AMPLE_MS))).toEqual([4]);
  expect(answered(await other.lease("test", [3], "other", AMPLE_MS))).toEqual([3]);
  // Sent twice, because the first answer got lost.
  expect(answered(await one.lease("live", [1, 2, 3], "one", AMPLE_MS))).toEqual([1, 2, 3]);
  expect(answered(await one.lease("live", [], "one", AMPLE_MS))).toEqual([]);
  expect(answered(await other.lease("live", [3, 4], "other", AMPLE_MS))).toEqual([3, 4]);
});

test("the lease of a mover that died ends after a minute, and no lease outlives its key", async () => {
  answered(await shards().lease("live", [1], "dead", AMPLE_MS));
  clock.nowMs += 59_000;
  expect(answered(await shards().lease("live", [1], "next", AMPLE_MS))).toEqual([]);
  clock.nowMs += 1_001;
  expect(answered(await shards().lease("live", [1], "next", AMPLE_MS))).toEqual([1]);
  expect(await behind.pTTL("tg:live:movers")).toBeGreaterThan(0);
  answered(await shards().lease("live", [], "next", AMPLE_MS));
  expect(await behind.exists("tg:live:movers")).toBe(0);
});

test("a store that is away is a fault, never an exception", async () => {
  gateways.upstash.faults.set([{ kind: "refuse" }]);
  const store = shards();
  for (const answer of [await store.inUse(50), await store.count("live", 50), await store.lease("live", [1], "t", 50)])
    expect(answer).toMatchObject({ ok: false, error: { source: "redis" } });
  gateways.upstash.faults.set([]);
});
