import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createRedisClient } from "../../src/adapters/redis/client.ts";
import { createVelocityStore } from "../../src/adapters/redis/velocity-store.ts";
import { createCurrency } from "../../src/core/event/money.ts";
import { parseTransaction } from "../../src/core/event/parse.ts";
import { createDimensionHash } from "../../src/core/velocity/dimension-hash.ts";
import { startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
  await analyze("warm", "c-warm");
});
afterEach(() => {
  service.gateways.upstash.faults.set([]);
  service.gateways.neon.faults.set([]);
});
afterAll(() => service.close());

const body = (id: string, client: string) => ({ transaction_id: id, type: "TRANSFER", amount: 30, client_id: client, dest_id: "d" });
const analyze = (id: string, client: string) => service.call("/api/v1/analyze", { body: body(id, client) });
const sweep = () => service.schedule("* * * * *");
const recorded = async (client: string): Promise<number> =>
  (
    await service.sql("select count(*)::int as n from decisions d join events e on e.id = d.transaction_id where e.client_id = $1", [
      client,
    ])
  )[0]?.n;
const inWindow = async (client: string): Promise<number> => {
  const answer = await service.call("/api/v1/analyze?dryRun=true&self=false&explain=true", { as: "analyst", body: body("peek", client) });
  return answer.body.features.transaction_count_1h;
};

test("a decision is in Postgres and in the statistics once, however often it is swept", async () => {
  await analyze("once", "c-once");
  await sweep();
  await sweep();
  expect(await recorded("c-once")).toBe(1);
  const stats = await service.call("/api/v1/stats", { as: "readonly" });
  const decisions = await service.sql("select count(*)::int as n, count(*) filter (where is_fraud)::int as fraud from decisions");
  expect(stats.body).toMatchObject({ total_predictions: decisions[0]?.n, fraud_detected: decisions[0]?.fraud, is_model_loaded: true });
});

describe("with one answer in five dropped after its write was committed", () => {
  test("counts stay exact", async () => {
    service.gateways.upstash.faults.set([{ kind: "drop_answer", probability: 0.2 }]);
    const calls = Array.from({ length: 200 }, (_, n) => n);
    const statuses: number[] = [];
    for (let at = 0; at < calls.length; at += 10)
      statuses.push(
        ...(await Promise.all(calls.slice(at, at + 10).map(async (n) => (await analyze(`drop-${n}`, `c-drop-${n % 4}`)).status))),
      );
    expect(new Set(statuses)).toEqual(new Set([200]));
    service.gateways.upstash.faults.set([]);
    await expect
      .poll(
        async () => {
          await sweep();
          return Promise.all([0, 1, 2, 3].map(async (n) => [await recorded(`c-drop-${n}`), await inWindow(`c-drop-${n}`)]));
        },
        { timeout: 90_000 },
      )
      .toEqual([
        [50, 50],
        [50, 50],
        [50, 50],
        [50, 50],
      ]);
  });
});

describe.each([
  ["Redis", "velocity"],
  ["Postgres", "aggregates"],
  ["both", "velocity"],
] as const)("with %s away", (which, part) => {
  test(`every call is answered, names \`${part}\`, and is recorded exactly once afterwards`, async () => {
    const client = `c-away-${which}`;
    await analyze(`${which}-before`, client);
    if (which !== "Postgres") service.gateways.upstash.faults.set([{ kind: "refuse" }]);
    if (which !== "Redis") service.gateways.neon.faults.set([{ kind: "refuse" }]);
    // A client nobody knows: its aggregates are in no cache.
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => analyze(`${which}-${n}`, `${client}-${n}`)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    for (const answer of answers) expect(answer.body.degraded).toContain(part);
    service.gateways.upstash.faults.set([]);
    service.gateways.neon.faults.set([]);
    await expect
      .poll(
        async () => {
          await sweep();
          return Promise.all(answers.map(async (_, n) => [await recorded(`${client}-${n}`), await inWindow(`${client}-${n}`)]));
        },
        { timeout: 100_000, interval: 1_000 },
      )
      .toEqual(answers.map(() => [1, 1]));
  }, 120_000);
});

test("above the policy's amount a degraded decision is never better than review", async () => {
  service.gateways.upstash.faults.set([{ kind: "refuse" }]);
  const answer = await service.call("/api/v1/analyze", { body: { type: "PAYMENT", amount: 9_000, client_id: "c-large" } });
  expect(answer.body).toMatchObject({ outcome: "review", degraded: ["velocity"] });
});

test("a claim whose request died is decided again and marked recovered", async () => {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token, HASH_SECRET: secret } = service.gateways.vars;
  const velocity = createVelocityStore(createRedisClient({ url, token }), {
    world: "live",
    hash: createDimensionHash(secret),
    clock: Date.now,
  });
  const aMinuteAgo = Date.now() - 60_000;
  const context = {
    settings: { currency: createCurrency("EUR"), merchantDimensions: [], tokenizeCard: String },
    nowMs: aMinuteAgo,
    callerAddress: null,
    newId: String,
  };
  const parsed = parseTransaction(body("orphan", "c-orphan"), context);
  if (!parsed.ok) throw new Error("the test's own transaction is wrong");
  const claim = { event: parsed.value.event, bodyHash: "h", token: "t", nowMs: aMinuteAgo, mode: "record", budgetMs: 2_000 } as const;
  expect(await velocity.claim(claim)).toMatchObject({ ok: true, value: { claim: { kind: "new" } } });

  await sweep();
  const decision = await service.call("/api/v1/decisions/orphan", { as: "admin" });
  expect(decision).toMatchObject({ status: 200, body: { recovered: true, transaction_id: "orphan" } });
  expect(decision.body.facts.values.transaction_count_1h).toBe(1);
  expect(await inWindow("c-orphan")).toBe(1);
});

describe("what became of a transaction", () => {
  test("a declined payment leaves the sums and stays in the counts", async () => {
    await analyze("p-1", "c-pay");
    await analyze("p-2", "c-pay");
    const told = await service.call("/api/v1/events", {
      as: "admin",
      body: { id: "pay-1", type: "payment", transaction_id: "p-1", status: "declined" },
    });
    expect(told.status).toBe(202);
    const answer = await service.call("/api/v1/analyze?dryRun=true&self=false&explain=true", {
      as: "analyst",
      body: body("peek-pay", "c-pay"),
    });
    expect(answer.body.features).toMatchObject({ transaction_count_1h: 2, transaction_sum_1h: 30, declined_count_1h: 1 });
    await sweep();
    expect(await service.sql("select id, status from events where id in ('p-1', 'p-2') order by id")).toEqual([
      { id: "p-1", status: "declined" },
      { id: "p-2", status: "attempted" },
    ]);
  });
});

test("a label is kept with its source, and the decision shows the latest", async () => {
  await analyze("labelled", "c-label");
  const label = (text: string) => service.call("/api/v1/decisions/labelled/label", { body: { label: text, source: "bank" } });
  await sweep();
  expect((await label("legitimate")).status).toBe(200);
  expect((await label("chargeback")).body).toMatchObject({ label: "chargeback", source: "bank" });
  expect((await service.call("/api/v1/decisions/labelled")).body.label).toMatchObject({ label: "chargeback" });
  expect(await service.sql("select count(*)::int as n from labels")).toEqual([{ n: 2 }]);
});

test("profiles and stored features are read by the next decision", async () => {
  expect((await service.call("/api/v1/profiles/c-prof", { method: "PUT", body: { tier: "gold" } })).status).toBe(204);
  expect((await service.call("/api/v1/features/client/c-prof", { method: "PUT", body: { vendor_score: 7 } })).status).toBe(204);
  expect((await service.call("/api/v1/features/planet/c-prof", { method: "PUT", body: { a: 1 } })).status).toBe(422);
});
