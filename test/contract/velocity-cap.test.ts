import { createClient } from "@redis/client";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CanonicalEvent } from "../../src/core/event/event.ts";
import type { HistoryDeclaration } from "../../src/core/features/declaration.ts";
import type { FeatureValue } from "../../src/core/features/value.ts";
import { type PackedLog, TAIL_STEP } from "../../src/core/velocity/column-layout.ts";
import { CAPS } from "../../src/core/velocity/layout.ts";
import type { VelocityStore } from "../../src/ports/velocity.ts";
import { aLogin, aTransaction, NOON } from "../support/builders/events.ts";
import { factsOf, planOf } from "../support/facts.ts";
import { evaluateNaively } from "../support/oracle/history-oracle.ts";
import { DENSE_FEATURES } from "../support/oracle/streams.ts";
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
afterAll(async () => {
  behind?.destroy();
  await gateways?.close();
});

const plan = planOf(DENSE_FEATURES);
const histories = plan.catalogue.declarations.filter((one): one is HistoryDeclaration => one.kind === "history");
const HOUR_MS = 3_600_000;

async function recordAll(events: readonly CanonicalEvent[]): Promise<void> {
  answered(
    await store.claimMany(
      events.map((event) => aClaim(event, { reads: {} })),
      6 * AMPLE_MS,
    ),
  );
  answered(await store.tidy(AMPLE_MS));
}

async function evaluate(question: CanonicalEvent) {
  const reply = answered(await store.claim(aClaim(question, { mode: "peek", roles: plan.catalogue.roles })));
  return { reply, ...factsOf(plan, question, { logs: reply.logs, roles: reply.roles }) };
}

/** Between 100 and 400 events of one client over up to 40 days, arriving mostly in order. */
const arbitraryCrowd = fc
  .array(
    fc.record({
      gapMs: fc.oneof(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 0, max: 12 * HOUR_MS })),
      isLate: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      isLogin: fc.boolean(),
      amountMinor: fc.integer({ min: 900, max: 1_100 }),
      device: fc.integer({ min: 1, max: 300 }),
      city: fc.integer({ min: 1, max: 2 }),
    }),
    { minLength: 100, maxLength: 400, size: "max" },
  )
  .map((steps) => {
    let atMs = NOON;
    const events = steps.map(({ gapMs, isLate, isLogin, amountMinor, device, city }) => {
      atMs += gapMs;
      const given = {
        occurredAtMs: isLate ? atMs - 5 * HOUR_MS : atMs,
        dimensions: { device: `device-${device}`, city: `city-${city}`, card: "card-1", dest: "dest-1" },
      };
      return isLogin ? aLogin({ ...given, status: device % 2 === 0 ? "failed" : "success" }) : aTransaction({ ...given, amountMinor });
    });
    return {
      events,
      question: aTransaction({ occurredAtMs: atMs, dimensions: { device: "device-1", city: "city-1", card: "card-1", dest: "dest-1" } }),
    };
  });

/** What a mark promises of a value, given the true one. */
function keepsPromise({ op }: HistoryDeclaration, value: FeatureValue, truth: FeatureValue, quality: string | undefined): boolean {
  switch (quality) {
    case undefined:
      return value === truth;
    case "lower_bound":
      return Number(value) <= Number(truth);
    case "upper_bound":
      return truth === null || Number(value) >= Number(truth);
    case "approximate":
      // One bucket lies on the window's edge, and the levels below it hold at least three times half of it.
      return op === "velocity" || Math.abs(Number(value) - Number(truth)) <= Number(truth) / 2 + (op === "count" ? 20 : 20_000);
    default:
      return quality === "partial";
  }
}

test("beyond a log's cap every value is what its mark says", async () => {
  const marked = new Set<string>();
  await fc.assert(
    fc.asyncProperty(arbitraryCrowd, async ({ events, question }) => {
      await behind.flushDb();
      await recordAll(events);
      const { values, marks } = await evaluate(question);
      for (const declaration of histories) {
        const value = values[declaration.name];
        const quality = marks[declaration.name]?.quality;
        const truth = evaluateNaively(declaration, { events }, question);
        marked.add(quality ?? "exact");
        expect({ [declaration.name]: { value, truth, quality, kept: keepsPromise(declaration, value, truth, quality) } }).toMatchObject({
          [declaration.name]: { kept: true },
        });
      }
    }),
    { numRuns: 15 },
  );
  expect([...marked].sort()).toEqual(["approximate", "exact", "lower_bound", "partial", "upper_bound"]);
});

test("counts over a window that holds all buckets stay true after ten thousand events", async () => {
  await behind.flushDb();
  const hot = Array.from({ length: 10_000 }, (_, i) =>
    aTransaction({ occurredAtMs: NOON + i * 97, amountMinor: 100 + (i % 7), dimensions: { client: `client-${i}`, device: undefined } }),
  );
  await recordAll(hot);
  const question = aTransaction({ occurredAtMs: NOON + 10_000 * 97, dimensions: { client: "someone", device: undefined } });
  const facts = factsOf(
    planOf({
      whole: { op: "count", by: "ip", window: "30d" },
      sum: { op: "sum", event: "transaction", by: "ip", window: "30d", self: false },
      last_minute: { op: "count", by: "ip", window: "1m", self: false },
      first: { op: "firstSeen", by: "ip" },
    }),
    question,
    { logs: (await evaluate(question)).reply.logs },
  );
  expect(facts.values.whole).toBe(10_001);
  expect(facts.values.sum).toBe(hot.reduce((sum, event) => sum + (event.amountMinor ?? 0), 0));
  expect(facts.values.first).toBe(NOON);
  expect(Number(facts.values.last_minute) / (60_000 / 97)).toBeCloseTo(1, 0);
  expect(facts.marks.whole).toEqual({ quality: "approximate" });
});

/** Characters of a row with three dimensions, at least. */
const A_ROW = 40;

/** All texts of a log, with every column. */
function charactersOf(log: PackedLog): number {
  if (typeof log === "string") return log.length;
  const { tail, core, ids, columns } = log;
  return [tail, core, ids, ...Object.values(columns)].reduce((total, text) => total + (text?.length ?? 0), 0);
}

test("a log never grows longer than its limit, however many events it has seen", async () => {
  await behind.flushDb();
  const lengths = new Map<string, number>();
  for (let i = 0; i < 30; i++) {
    await recordAll(
      Array.from({ length: 25 }, (_, k) =>
        aTransaction({ occurredAtMs: NOON + (25 * i + k) * 1_000, dimensions: { device: `device-${i}` } }),
      ),
    );
    const { reply } = await evaluate(aTransaction({ occurredAtMs: NOON + 2_000_000 }));
    for (const [kind, log] of Object.entries(reply.logs)) lengths.set(kind, Math.max(lengths.get(kind) ?? 0, charactersOf(log)));
  }
  expect(lengths.get("ip")).toBeLessThan(8_000);
  expect(lengths.get("client")).toBeLessThan(13_000);
});

test("a trimmed log keeps at least as many records as its cap", async () => {
  await behind.flushDb();
  const plain = planOf({ whole: { op: "count", by: "ip", where: { amount: { gte: 0 } }, window: "30d", self: false } });
  for (let i = 0; i < 200; i++) {
    await recordAll([aTransaction({ occurredAtMs: NOON + i })]);
    const question = aTransaction({ occurredAtMs: NOON + i });
    const { values, marks } = factsOf(plain, question, { logs: (await evaluate(question)).reply.logs });
    const records = Number(values.whole);
    expect(records).toBeLessThanOrEqual(CAPS.ip.kept + TAIL_STEP / A_ROW);
    expect(records).toBeGreaterThanOrEqual(Math.min(i + 1, CAPS.ip.kept));
    expect(marks.whole?.quality).toBe(records === i + 1 ? undefined : "lower_bound");
  }
});

test("a blocked payment leaves the sums when it is evicted, and stays in the counts", async () => {
  await behind.flushDb();
  const events = Array.from({ length: 300 }, (_, i) => aTransaction({ occurredAtMs: NOON + i, amountMinor: 100 }));
  for (const event of events) {
    const claim = aClaim(event);
    answered(await store.claim(claim));
    answered(await store.settle(aSettlement(event, { token: claim.token, status: "blocked" }), AMPLE_MS));
  }
  const { values } = await evaluate(aTransaction({ occurredAtMs: NOON + 1_000, amountMinor: 1 }));
  expect(values.sum_30d).toBe(1);
  expect(values.count_30d).toBe(301);
  expect(values.exceeds_30d).toBe(true);
});
