import { createClient } from "@redis/client";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createConfigStore } from "../../src/adapters/redis/config-store.ts";
import type { CanonicalEvent } from "../../src/core/event/event.ts";
import type { HistoryDeclaration } from "../../src/core/features/declaration.ts";
import type { VelocityStore } from "../../src/ports/velocity.ts";
import { aTransaction, NOON } from "../support/builders/events.ts";
import { factsOf, planOf } from "../support/facts.ts";
import { evaluateNaively } from "../support/oracle/history-oracle.ts";
import { arbitraryStream, DENSE_FEATURES } from "../support/oracle/streams.ts";
import { createTestGateways, type TestGateways } from "../support/test-gateways.ts";
import { AMPLE_MS, aClaim, answered, aSettlement, record, redisClientOf, velocityStoreOf } from "../support/velocity.ts";

let gateways: TestGateways;
/** Writes as the previous version does and reads. */
let before: VelocityStore;
/** Writes logs in columns. */
let after: VelocityStore;
let behind: Awaited<ReturnType<typeof connect>>;
const connect = (url: string) => createClient({ url, RESP: 2 }).connect();

beforeAll(async () => {
  gateways = await createTestGateways();
  before = velocityStoreOf(redisClientOf(gateways), "live", Number.POSITIVE_INFINITY);
  after = velocityStoreOf(redisClientOf(gateways));
  behind = await connect(gateways.redisUrl);
});
beforeEach(async () => {
  await behind.flushDb();
});
afterAll(async () => {
  behind?.destroy();
  await gateways?.close();
});

const plan = planOf(DENSE_FEATURES);
const histories = plan.catalogue.declarations.filter((one): one is HistoryDeclaration => one.kind === "history");

test("logs that both formats were written to fold to what a naive evaluation of all events gives", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryStream(), fc.infiniteStream(fc.boolean()), async ({ deliveries, question }, sides) => {
      await behind.flushDb();
      for (const [index, { event, status }] of deliveries.entries()) {
        // The first half is from before the upgrade; then both versions answer.
        const side = index < deliveries.length / 2 || sides.next().value === true ? before : after;
        const request = aClaim(event);
        answered(await side.claim(request));
        const settled = { token: request.token, status: status === "blocked" ? "blocked" : event.status } as const;
        answered(await side.settleMany([aSettlement(event, settled)], AMPLE_MS));
        if (status === "declined") answered(await after.setStatus(event, "declined", AMPLE_MS));
      }
      const statuses = new Map(deliveries.map(({ event, status }) => [event.id, status ?? event.status]));
      const history = {
        events: deliveries.map(({ event }) => event),
        statusOf: (event: CanonicalEvent) => statuses.get(event.id) ?? event.status,
      };
      for (const reader of [before, after]) {
        const reply = answered(await reader.claim(aClaim(question, { mode: "peek", roles: plan.catalogue.roles })));
        const { values, marks } = factsOf(plan, question, { logs: reply.logs, roles: reply.roles });
        expect(marks).toEqual({});
        for (const declaration of histories)
          expect({ [declaration.name]: values[declaration.name] }).toEqual({
            [declaration.name]: evaluateNaively(declaration, history, question),
          });
      }
    }),
    { numRuns: 15 },
  );
});

test("a log in the previous format is in columns after the entity's next event, and gone from where it was", async () => {
  await record(before, aTransaction());
  const next = aTransaction({ occurredAtMs: NOON + 1 });
  const claim = aClaim(next);
  answered(await after.claim(claim));
  answered(await after.settleMany([aSettlement(next, { token: claim.token })], AMPLE_MS));
  expect(await behind.keys("tg:live:log:*")).toEqual([]);
  expect(await behind.keys("tg:live:core:*")).toHaveLength(Object.keys(next.dimensions).filter((kind) => kind !== "city").length);
});

test("only the columns that are asked for are read, and a column that is not read is no empty column", async () => {
  for (let i = 0; i < 200; i++) {
    const event = aTransaction({ occurredAtMs: NOON + i });
    const claim = aClaim(event);
    answered(await after.claim(claim));
    answered(await after.settleMany([aSettlement(event, { token: claim.token })], AMPLE_MS));
  }
  const question = aTransaction({ occurredAtMs: NOON + 1_000 });
  const { logs } = answered(await after.claim(aClaim(question, { mode: "peek", reads: { client: ["ip"] } })));
  expect(Object.keys(logs)).toEqual(["client"]);
  const features = {
    ips: { op: "countDistinct", of: "ip", by: "client", window: "30d" },
    devices: { op: "countDistinct", of: "device", by: "client", window: "30d" },
  };
  const { values, missing } = factsOf(planOf(features), question, { logs });
  expect(values).toEqual({ ips: 1, devices: undefined });
  expect(missing).toEqual(["log"]);
});

test("a new Redis takes the formats of this version at once, one that was filled before a week later", async () => {
  const store = createConfigStore(redisClientOf(gateways));
  answered(await store.advance({ seq: 1, hash: "a" }, AMPLE_MS));
  answered(await store.allowFormats(NOON, AMPLE_MS));
  expect(await behind.get("tg:formats")).toBe("0");
  await behind.del("tg:formats");
  answered(await store.advance({ seq: 2, hash: "b" }, AMPLE_MS));
  expect(await behind.get("tg:formats")).toBeNull();
  answered(await store.allowFormats(NOON, AMPLE_MS));
  answered(await store.allowFormats(NOON + 1, AMPLE_MS));
  expect(await behind.get("tg:formats")).toBe(String(NOON + 7 * 86_400_000));
});

test("an isolate killed between its answer and its settlement loses nothing and doubles nothing", async () => {
  const events = Array.from({ length: 16 }, (_, i) => aTransaction({ occurredAtMs: NOON + i, amountMinor: 100 }));
  const gathered = [];
  for (const event of events) {
    const claim = aClaim(event);
    answered(await after.claim(claim));
    gathered.push(aSettlement(event, { token: claim.token, decision: '{"by":"the isolate"}' }));
  }
  // The isolate is gone with what it gathered: the mover finds the claims, decides and settles.
  const mover = velocityStoreOf(redisClientOf(gateways));
  const open = answered(await mover.pending(100, AMPLE_MS));
  expect(open.map(({ isSettled }) => isSettled)).toEqual(Array(16).fill(false));
  const recovered = open.map(({ event }) => aSettlement(event, { decision: '{"by":"the mover"}' }));
  answered(await mover.settleMany(recovered, AMPLE_MS));
  // What was only slow comes after all.
  answered(await after.settleMany(gathered, AMPLE_MS));
  const [first] = events;
  expect(answered(await mover.decisionOf(first?.id ?? "", "", AMPLE_MS)).decision).toBe('{"by":"the mover"}');
  const question = aTransaction({ occurredAtMs: NOON + 1_000 });
  const { logs } = answered(await mover.claim(aClaim(question, { mode: "peek" })));
  const sums = planOf({ paid: { op: "sum", event: "transaction", by: "client", window: "1h", self: false } });
  expect(factsOf(sums, question, { logs }).values.paid).toBe(1_600);
});

test("a claim that Postgres has the event of keeps hash, id and plain answer, under a kilobyte", async () => {
  const event = aTransaction();
  const claim = aClaim(event);
  answered(await after.claim(claim));
  const answer = {
    transaction_id: event.id,
    decision_id: "d",
    outcome: "allow",
    rules: [],
    reasons: ["x".repeat(500)],
    unknown_rules: [],
    versions: { seq: 1 },
  };
  const decision = JSON.stringify({ answer, facts: { values: { a: "y".repeat(5_000) } }, outOfRange: [], decidedAtMs: NOON });
  answered(await after.settle(aSettlement(event, { token: claim.token, decision }), AMPLE_MS));
  answered(await after.clear(answered(await after.pending(10, AMPLE_MS)), AMPLE_MS));
  const key = `tg:live:claim:${event.id}`;
  expect(((await behind.get(key)) ?? "").length).toBeLessThan(1_024);
  expect(await behind.pTTL(key)).toBeLessThanOrEqual(86_400_000);
  const repeat = answered(await after.claim(aClaim(event, { nowMs: NOON + 1 }))).claim;
  expect(repeat).toEqual({ kind: "repeat", sameBody: true, firstSeenMs: NOON, decision: JSON.stringify(answer) });
  expect(answered(await after.eventOf(event.id, AMPLE_MS))).toBeNull();
  expect(answered(await after.pending(10, AMPLE_MS))).toEqual([]);
  const stage = aClaim({ ...event, stage: "post_auth" });
  expect(answered(await after.claim(stage)).claim.kind).toBe("new");
});
