import { createClient } from "@redis/client";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createLimitStore } from "../../src/adapters/redis/limit-store.ts";
import type { Limited } from "../../src/core/limits/limited.ts";
import type { LimitCall } from "../../src/core/limits/verdict.ts";
import type { LimitStore } from "../../src/ports/limits.ts";
import type { VelocityStore } from "../../src/ports/velocity.ts";
import { aTransaction, NOON } from "../support/builders/events.ts";
import { TEST_HASH } from "../support/builders/packed-log.ts";
import { createTestGateways, type TestGateways } from "../support/test-gateways.ts";
import { AMPLE_MS, aClaim, answered, redisClientOf, velocityStoreOf } from "../support/velocity.ts";

const MINUTE_MS = 60_000;

let gateways: TestGateways;
let limits: LimitStore;
let store: VelocityStore;
let behind: Awaited<ReturnType<typeof connect>>;
const connect = (url: string) => createClient({ url, RESP: 2 }).connect();

beforeAll(async () => {
  gateways = await createTestGateways();
  const client = redisClientOf(gateways);
  limits = createLimitStore(client, TEST_HASH);
  store = velocityStoreOf(client);
  behind = await connect(gateways.redisUrl);
});
beforeEach(async () => {
  await behind.flushDb();
});
afterAll(async () => {
  behind?.destroy();
  await gateways?.close();
});

const aLimit = (quota: number, given: Partial<Limited> = {}): Limited => ({ kind: "key", id: "k1", perMinute: quota, quota, ...given });
const take = async (call: LimitCall, atMs = NOON) => answered(await limits.take(call, atMs, AMPLE_MS));
const takeOne = async (limit: Limited, atMs = NOON, cost = 1) => {
  const [standing] = await take({ limited: [limit], cost }, atMs);
  if (standing === undefined) throw new Error("no standing");
  return standing;
};

/** The most calls that passed within any 60 s, by the times at which they passed. */
function busiestMinute(passedAtMs: readonly number[]): number {
  let most = 0;
  let from = 0;
  passedAtMs.forEach((atMs, index) => {
    while ((passedAtMs[from] ?? 0) <= atMs - MINUTE_MS) from++;
    most = Math.max(most, index - from + 1);
  });
  return most;
}

test("at five times the limit no window of 60 s lets more than the limit through, and over time nearly all of it", async () => {
  const limit = aLimit(100);
  const passedAtMs: number[] = [];
  const lengthMs = 5 * MINUTE_MS;
  const everyMs = MINUTE_MS / 500;
  for (let atMs = 0; atMs < lengthMs; atMs += everyMs) if ((await takeOne(limit, NOON + 137 + atMs)).isAllowed) passedAtMs.push(atMs);
  expect(busiestMinute(passedAtMs)).toBeLessThanOrEqual(100);
  expect(passedAtMs.length).toBeGreaterThan(450);
});

test("bursts at the worst moments get no more than the limit through either", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.array(
        fc.record({ gapMs: fc.oneof(fc.constantFrom(0, 999, 1_000, 59_999, 60_000, 60_001, 61_000), fc.nat(90_000)), calls: fc.nat(30) }),
        {
          maxLength: 12,
        },
      ),
      async (quota, bursts) => {
        const limit = aLimit(quota, { id: `burst-${Math.random()}` });
        const passedAtMs: number[] = [];
        let atMs = NOON;
        for (const { gapMs, calls } of bursts) {
          atMs += gapMs;
          for (let call = 0; call < calls; call++) if ((await takeOne(limit, atMs)).isAllowed) passedAtMs.push(atMs);
        }
        expect(busiestMinute(passedAtMs)).toBeLessThanOrEqual(quota);
      },
    ),
    { numRuns: 15 },
  );
});

test("a hundred parallel calls pass as often as the limit says", async () => {
  const standings = await Promise.all(Array.from({ length: 100 }, () => takeOne(aLimit(40))));
  expect(standings.filter(({ isAllowed }) => isAllowed)).toHaveLength(40);
  expect(
    standings
      .map(({ remaining }) => remaining)
      .sort((a, b) => b - a)
      .slice(0, 41),
  ).toEqual(Array.from({ length: 41 }, (_, i) => Math.max(0, 39 - i)));
});

test("a refused call is told when it passes: not a millisecond before, and then indeed", async () => {
  const limit = aLimit(3);
  for (const atMs of [NOON + 250, NOON + 20_500, NOON + 20_600]) expect(await takeOne(limit, atMs)).toMatchObject({ isAllowed: true });
  const refused = await takeOne(limit, NOON + 30_000);
  expect(refused).toEqual({ isAllowed: false, remaining: 0, waitMs: 31_000 });
  expect(await takeOne(limit, NOON + 60_999)).toMatchObject({ isAllowed: false, waitMs: 1 });
  expect(await takeOne(limit, NOON + 61_000)).toMatchObject({ isAllowed: true });
});

test("a call that costs more waits for more to leave; one larger than the limit is told that it never passes", async () => {
  const limit = aLimit(10);
  expect(await takeOne(limit, NOON, 4)).toEqual({ isAllowed: true, remaining: 6, waitMs: 61_000 });
  expect(await takeOne(limit, NOON + 10_000, 6)).toEqual({ isAllowed: true, remaining: 0, waitMs: 61_000 });
  expect(await takeOne(limit, NOON + 20_000, 4)).toMatchObject({ isAllowed: false, waitMs: 41_000 });
  expect(await takeOne(limit, NOON + 20_000, 5)).toMatchObject({ isAllowed: false, waitMs: 51_000 });
  expect(await takeOne(limit, NOON + 20_000, 11)).toEqual({ isAllowed: false, remaining: 0, waitMs: null });
});

test("a call counts in all of its limits or in none", async () => {
  const key = aLimit(10);
  const address = aLimit(2, { kind: "address", id: "203.0.113.7" });
  await take({ limited: [key, address], cost: 2 });
  expect(await take({ limited: [key, address], cost: 1 })).toMatchObject([
    { isAllowed: true, remaining: 8 },
    { isAllowed: false, remaining: 0 },
  ]);
  expect(await takeOne(key)).toMatchObject({ remaining: 7 });
});

test("what is kept for the more urgent is refused to the less urgent first", async () => {
  const urgent = aLimit(10);
  const other = { ...urgent, quota: 8 };
  expect(await takeOne(urgent, NOON, 8)).toMatchObject({ remaining: 2 });
  expect(await takeOne(other)).toMatchObject({ isAllowed: false, remaining: 0 });
  expect(await takeOne(urgent)).toMatchObject({ isAllowed: true, remaining: 1 });
});

test("a clock that is behind another's counts in the same window", async () => {
  const limit = aLimit(2);
  await takeOne(limit, NOON);
  await takeOne(limit, NOON - 5_000);
  expect(await takeOne(limit, NOON - 2_000)).toMatchObject({ isAllowed: false });
  expect(await takeOne(limit, NOON)).toMatchObject({ isAllowed: false });
});

test("the largest limit there is counts like a small one", async () => {
  const limit = aLimit(9_999_999);
  for (let second = 0; second < 3; second++)
    expect(await takeOne(limit, NOON + second * 1_000, 3_333_333)).toMatchObject({ isAllowed: true });
  expect(await takeOne(limit, NOON + 3_000)).toMatchObject({ isAllowed: false, waitMs: 58_000 });
});

test("no address is kept in the clear, and what is kept goes away", async () => {
  await takeOne(aLimit(5, { kind: "address", id: "203.0.113.7" }));
  const [key = ""] = await behind.keys("*");
  expect(key).toMatch(/^tg:limit:address:[0-9a-f]{16}$/);
  expect(await behind.pTTL(key)).toBeGreaterThan(MINUTE_MS);
  expect(await behind.pTTL(key)).toBeLessThanOrEqual(2 * MINUTE_MS);
});

test("a refused claim records nothing: no claim, no log, nothing pending, no count", async () => {
  const limited = [aLimit(1)];
  expect(answered(await store.claim(aClaim(aTransaction(), { limited }))).standings).toEqual([
    { isAllowed: true, remaining: 0, waitMs: 61_000 },
  ]);
  const before = await everything();
  const refused = answered(
    await store.claim(aClaim(aTransaction({ occurredAtMs: NOON + 500, dimensions: { client: "another" } }), { limited })),
  );
  expect(refused).toMatchObject({ claim: { kind: "refused" }, standings: [{ isAllowed: false, remaining: 0, waitMs: 60_500 }] });
  expect(await everything()).toEqual(before);
});

test("a call that is tried again counts once; another's repeat and a dry run count as calls of their own", async () => {
  const limited = [aLimit(3)];
  const event = aTransaction();
  const first = aClaim(event, { limited });
  expect(answered(await store.claim(first)).standings).toMatchObject([{ remaining: 2 }]);
  const again = answered(await store.claim(first));
  expect(again.claim.kind).toBe("new");
  expect(again.standings).toBeUndefined();
  expect(answered(await store.claim(aClaim(event, { limited }))).standings).toMatchObject([{ remaining: 1 }]);
  expect(answered(await store.claim(aClaim(aTransaction(), { limited, mode: "peek" }))).standings).toMatchObject([{ remaining: 0 }]);
  expect(answered(await store.claim(aClaim(event, { limited }))).claim.kind).toBe("refused");
});

test("fifty parallel decisions are made as often as the limit says, and only those are recorded", async () => {
  const limited = [aLimit(20)];
  const replies = await Promise.all(Array.from({ length: 50 }, () => store.claim(aClaim(aTransaction(), { limited }))));
  const kinds = replies.map((reply) => answered(reply).claim.kind);
  expect(kinds.filter((kind) => kind === "new")).toHaveLength(20);
  expect(kinds.filter((kind) => kind === "refused")).toHaveLength(30);
  expect(answered(await store.pending(100, AMPLE_MS))).toHaveLength(20);
});

test("a limit costs a decision one command, and a second limit another", async () => {
  const dimensions = { dest: "d", card: "c", email: "e@x.de", phone: "+49", shipping: "s" };
  const event = () => aTransaction({ dimensions });
  const billed = async (limited: readonly Limited[]): Promise<number> => {
    await behind.configResetStat();
    answered(await store.claim(aClaim(event(), { limited })));
    const stats = await behind.info("commandstats");
    const calls = [...stats.matchAll(/^cmdstat_([a-z]+):calls=(\d+)/gm)].filter(([, name]) => !["config", "info"].includes(name ?? ""));
    return calls.reduce((total, [, , count]) => total + Number(count), 0);
  };
  const both = [aLimit(100), aLimit(100, { kind: "address", id: "203.0.113.7" })];
  for (let warm = 0; warm < 2; warm++) await billed(both);
  const unlimited = await billed([]);
  expect(await billed(both.slice(0, 1))).toBe(unlimited + 1);
  expect(await billed(both)).toBe(unlimited + 2);
});

async function everything(): Promise<Record<string, unknown>> {
  const names = (await behind.keys("*")).sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, String(await behind.sendCommand(["DUMP", name]))])));
}
