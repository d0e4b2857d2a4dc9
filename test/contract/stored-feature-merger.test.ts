import { createClient } from "@redis/client";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createWorldKeys } from "../../src/adapters/redis/keys.ts";
import { createStoredFeatureMerger } from "../../src/adapters/redis/stored-feature-merger.ts";
import type { StoredFeatureMerger } from "../../src/ports/external-checks.ts";
import { TEST_HASH } from "../support/builders/packed-log.ts";
import { createTestGateways, type TestGateways } from "../support/test-gateways.ts";
import { AMPLE_MS, redisClientOf } from "../support/velocity.ts";

const { stored } = createWorldKeys("live", TEST_HASH).entity("device", "d1");
const connect = (url: string) => createClient({ url, RESP: 2 }).connect();

let gateways: TestGateways;
let merger: StoredFeatureMerger;
let behind: Awaited<ReturnType<typeof connect>>;
beforeAll(async () => {
  gateways = await createTestGateways();
  merger = createStoredFeatureMerger(redisClientOf(gateways), "live", TEST_HASH);
  behind = await connect(gateways.redisUrl);
});
beforeEach(async () => {
  gateways.upstash.faults.set([]);
  await behind.flushDb();
});
afterAll(async () => {
  behind?.destroy();
  await gateways?.close();
});

const merge = (values: Record<string, string | number | boolean>, budgetMs = AMPLE_MS) => merger.merge("device", "d1", values, budgetMs);
const kept = async () => JSON.parse(String(await behind.get(stored)));

test("values are added to what is there, a known one is replaced, and the whole lives on", async () => {
  await behind.set(stored, JSON.stringify({ own: 1, shared: "before" }));
  expect(await merge({ shared: "nach ä 中", is_new: true })).toEqual({ ok: true, value: undefined });
  expect(await kept()).toEqual({ own: 1, shared: "nach ä 中", is_new: true });
  expect(await behind.pTTL(stored)).toBeGreaterThan(30 * 86_400_000);
});

test("of writers at the same moment none undoes another", async () => {
  const writers = ["a", "b", "c", "d"];
  const results = await Promise.all(writers.map((name) => merge({ [name]: 1 })));
  const done = writers.filter((_, at) => results[at]?.ok);
  expect(done.length).toBeGreaterThan(0);
  expect(Object.keys(await kept()).sort()).toEqual(done);
});

test("a write whose answer is lost is found done when it is sent again", async () => {
  gateways.upstash.faults.set([{ kind: "drop_answer", match: "EVALSHA", times: 1 }]);
  expect((await merge({ score: 5 })).ok).toBe(true);
  expect(await kept()).toEqual({ score: 5 });
});

test("what is damaged is replaced", async () => {
  await behind.set(stored, "[1,2");
  await merge({ score: 5 });
  expect(await kept()).toEqual({ score: 5 });
});

test("without Redis it says so and writes nothing", async () => {
  gateways.upstash.faults.set([{ kind: "refuse" }]);
  expect(await merge({ score: 5 }, 300)).toMatchObject({ ok: false, error: { source: "redis" } });
  expect(await behind.get(stored)).toBeNull();
});
