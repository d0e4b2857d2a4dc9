import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createBlockRateSource } from "../../src/adapters/postgres/block-rates.ts";
import { createRuleStatsStore } from "../../src/adapters/postgres/rule-stats.ts";
import { createBlockGuardStore } from "../../src/adapters/redis/block-guard.ts";
import { createRedisClient } from "../../src/adapters/redis/client.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 10_000;
const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE_MS = 60_000;
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
beforeEach(() => db.rows("truncate block_rate_slots, version_counters, rule_counters, manifests, contents"));

const slot = (seq: number, minutesAgo: number, decisions: number, blocked: number, livemode = true) =>
  db.rows("insert into block_rate_slots values ($1, $2, $3, $4, $5)", [
    livemode,
    seq,
    new Date(NOW - minutesAgo * MINUTE_MS),
    decisions,
    blocked,
  ]);
const read = async (world: "live" | "test" = "live") =>
  expectValue(await createBlockRateSource(db.database).read(world, NOW - 5 * MINUTE_MS, BUDGET_MS));

test("the newest version that decided within the window is told with its rate and its policy, each world for itself", async () => {
  expect(await read()).toBeNull();
  await db.rows("insert into contents (hash, kind, text) values ('r8', 'ruleset', $1)", [
    JSON.stringify({ policy: { maxBlockRate: 0.1 } }),
  ]);
  await db.rows("insert into manifests (seq, hash, content, author, message, kind) values (8, 'm', $1, 'ann', '', 'publish')", [
    JSON.stringify({ seq: 8, ruleset: "r8" }),
  ]);
  await slot(7, 1, 50, 50);
  await slot(8, 1, 10, 4);
  await slot(8, 4, 20, 1);
  await slot(8, 6, 500, 500);
  await slot(9, 6, 500, 500);
  await slot(9, 1, 5, 5, false);
  expect(await read()).toEqual({ seq: 8, rate: { decisions: 30, blocked: 5 }, policy: { maxBlockRate: 0.1 } });
  expect(await read("test")).toEqual({ seq: 9, rate: { decisions: 5, blocked: 5 }, policy: null });
});

test("versions with the same rules and features are one rate, whatever else differs", async () => {
  for (const [seq, ruleset, features] of [
    [6, "a", "f1"],
    [7, "a", "f2"],
    [8, "a", "f1"],
    [9, "b", "f1"],
    [10, "a", "f1"],
  ] as const) {
    await db.rows("insert into manifests (seq, hash, content, author, message, kind) values ($1, 'm', $2, 'ann', '', 'list')", [
      seq,
      JSON.stringify({ seq, ruleset, features }),
    ]);
    await slot(seq, 1, 10 ** (seq - 6), 1);
  }
  expect(await read()).toMatchObject({ seq: 10, rate: { decisions: 10_101, blocked: 3 } });
});

test("old slots and counters are forgotten, and no others", async () => {
  await slot(7, 61, 1, 0);
  await slot(7, 59, 2, 0);
  expectValue(await createBlockRateSource(db.database).forget(NOW - 60 * MINUTE_MS, BUDGET_MS));
  expect(await db.rows("select decisions from block_rate_slots")).toEqual([{ decisions: 2 }]);
  for (const hour of [new Date(NOW - 3_600_000), new Date(NOW)]) {
    await db.rows("insert into version_counters values (true, $1, 7, 'r', 'transaction', 'PAYMENT', 1, 0, 0)", [hour]);
    await db.rows("insert into rule_counters values (true, $1, 7, 'a/R', 1, 0, 0, 0, 0, 0)", [hour]);
  }
  expectValue(await createRuleStatsStore(db.database).forget(NOW, BUDGET_MS));
  const left = "(select count(*) from version_counters) as versions, (select count(*) from rule_counters) as rules";
  expect(await db.rows(`select ${left}`)).toEqual([{ versions: 1, rules: 1 }]);
});

test("figures of a rule whose version is not stored are told without its name", async () => {
  await db.rows("insert into rule_counters values (true, $1, 7, 'a/R', 2, 1, 0, 0, 1, 500)", [new Date(NOW)]);
  const { rules } = expectValue(
    await createRuleStatsStore(db.database).read({ world: "live", fromMs: NOW, rule: null, seq: null }, BUDGET_MS),
  );
  expect(rules).toMatchObject([{ seq: 7, rule: "a/R", name: null, mode: null, evaluated: 0, acted: 2, shadowed: 1, stoppedMinor: 500 }]);
});

test("the flag is kept for each world, replaced and taken away, and what the store does not answer is a fault", async () => {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = db.gateways.vars;
  const flag = createBlockGuardStore(createRedisClient({ url, token }), {
    live: { guard: "tg:live:guard" },
    test: { guard: "tg:test:guard" },
  });
  expect(await flag.read("live", BUDGET_MS)).toEqual({ ok: true, value: null });
  for (const untilMs of [1, 2]) expectValue(await flag.hold("live", { seq: 3, untilMs }, BUDGET_MS));
  expect(JSON.parse(String(expectValue(await flag.read("live", BUDGET_MS))))).toEqual({ seq: 3, untilMs: 2 });
  expect(await flag.read("test", BUDGET_MS)).toEqual({ ok: true, value: null });
  for (let again = 0; again < 2; again++) expectValue(await flag.release("live", BUDGET_MS));
  expect(await flag.read("live", BUDGET_MS)).toEqual({ ok: true, value: null });
  db.gateways.upstash.faults.set([{ kind: "refuse" }]);
  try {
    expect(await flag.hold("live", { seq: 3, untilMs: 2 }, 200)).toMatchObject({ ok: false, error: { source: "redis" } });
  } finally {
    db.gateways.upstash.faults.set([]);
  }
});
