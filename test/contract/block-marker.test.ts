import { createClient } from "@redis/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBlockMarker } from "../../src/adapters/redis/block-marker.ts";
import { createWorldKeys } from "../../src/adapters/redis/keys.ts";
import { createMarkStore } from "../../src/adapters/redis/marks.ts";
import type { ListHit } from "../../src/core/lists/list-hit.ts";
import { readMark } from "../../src/core/lists/mark.ts";
import type { MarkedEntity } from "../../src/ports/lists.ts";
import { TEST_HASH } from "../support/builders/packed-log.ts";
import { createTestGateways, type TestGateways } from "../support/test-gateways.ts";
import { AMPLE_MS, answered, redisClientOf } from "../support/velocity.ts";

const NOW_MS = Date.now();
const HOUR_MS = 3_600_000;
let gateways: TestGateways;
let redis: ReturnType<typeof createClient>;
beforeAll(async () => {
  gateways = await createTestGateways();
  redis = createClient({ url: gateways.redisUrl });
  await redis.connect();
});
afterAll(async () => {
  redis?.destroy();
  await gateways?.close();
});

const aDevice = (entity: string, livemode = true): MarkedEntity => ({ livemode, kind: "device", entity });
const aHit = (over: Partial<ListHit> = {}): ListHit => ({
  verdict: "block",
  id: "auto-1-device",
  kind: "device",
  value: "d",
  reason: 'a "quoted" rule: "source":"auto","expiresAtMs":9999999999999',
  source: "auto",
  expiresAtMs: NOW_MS + HOUR_MS,
  rules: null,
  ...over,
});
const add = async (of: MarkedEntity, hit: ListHit, nowMs = NOW_MS): Promise<boolean> =>
  answered(await createBlockMarker(redisClientOf(gateways), TEST_HASH).add([{ of, hit }], nowMs, AMPLE_MS)).has(hit.id);
const put = async (of: MarkedEntity, entries: readonly ListHit[]): Promise<void> =>
  answered(await createMarkStore(redisClientOf(gateways), TEST_HASH).put([{ of, entries }], NOW_MS, AMPLE_MS));
const keyOf = ({ livemode, entity }: MarkedEntity): string =>
  createWorldKeys(livemode ? "live" : "test", TEST_HASH).entity("device", entity).mark;
const idsOf = async (of: MarkedEntity): Promise<string[]> =>
  (readMark((await redis.get(keyOf(of))) ?? "[]", NOW_MS) ?? []).map(({ id }) => id);

test("a block is in the mark of its entity and world, and the mark ends with it", async () => {
  const of = aDevice("alone");
  expect(await add(of, aHit())).toBe(true);
  expect(await idsOf(of)).toEqual(["auto-1-device"]);
  expect(await idsOf(aDevice("alone", false))).toEqual([]);
  const leftMs = await redis.pTTL(keyOf(of));
  expect(leftMs).toBeGreaterThan(0);
  expect(leftMs).toBeLessThanOrEqual(HOUR_MS);
});

test("the same block again changes nothing, and another finds it there", async () => {
  const of = aDevice("again");
  expect(await add(of, aHit())).toBe(true);
  const before = await redis.get(keyOf(of));
  expect(await add(of, aHit())).toBe(true);
  expect(await add(of, aHit({ id: "auto-2-device" }))).toBe(false);
  expect(await redis.get(keyOf(of))).toBe(before);
});

test("what people said stays, for as long as it was to last", async () => {
  const of = aDevice("known");
  const excuse = aHit({ id: "by-ann", verdict: "allow", source: "staff", rules: ["shop/R"], expiresAtMs: NOW_MS + 24 * HOUR_MS });
  await put(of, [excuse]);
  expect(await add(of, aHit())).toBe(true);
  expect(await idsOf(of)).toEqual(["by-ann", "auto-1-device"]);
  expect(await redis.pTTL(keyOf(of))).toBeGreaterThan(HOUR_MS);
});

test("a block that is over makes room, one without an end does not", async () => {
  const of = aDevice("over");
  await put(of, [aHit({ id: "old", expiresAtMs: NOW_MS + 1_000 }), aHit({ id: "by-ann", source: "staff", expiresAtMs: null })]);
  expect(await add(of, aHit(), NOW_MS + 500)).toBe(false);
  expect(await add(of, aHit(), NOW_MS + 2_000)).toBe(true);
  const lasting = aDevice("lasting");
  await put(lasting, [aHit({ id: "old", expiresAtMs: null })]);
  expect(await add(lasting, aHit())).toBe(false);
});

test("what is over already is not marked; a damaged mark is written anew", async () => {
  const of = aDevice("damaged");
  expect(await add(of, aHit({ expiresAtMs: NOW_MS - 1 }))).toBe(false);
  expect(await redis.get(keyOf(of))).toBeNull();
  for (const damaged of ["", "[]", "no mark", '[{"verdict"']) {
    await redis.set(keyOf(of), damaged);
    expect(await add(of, aHit())).toBe(true);
    expect(await idsOf(of)).toEqual(["auto-1-device"]);
  }
});

test("of many at once one is there", async () => {
  const of = aDevice("crowded");
  const added = await Promise.all(Array.from({ length: 20 }, (_, n) => add(of, aHit({ id: `auto-${n}-device` }))));
  expect(added.filter(Boolean)).toHaveLength(1);
  expect(await idsOf(of)).toEqual([`auto-${added.indexOf(true)}-device`]);
});
