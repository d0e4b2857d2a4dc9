import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { createRedisClient } from "../../src/adapters/redis/client.ts";
import type { createVelocityStore } from "../../src/adapters/redis/velocity-store.ts";
import { createCurrency } from "../../src/core/event/money.ts";
import { parseTransaction } from "../../src/core/event/parse.ts";
import { createDimensionHash } from "../../src/core/velocity/dimension-hash.ts";
import { defaultRuleset } from "../../src/tools/local/seed-ruleset.ts";
import { type Answer, startUpgradeStack, type UpgradeStack, type Version } from "./upgrade-stack.ts";

/** How long both versions answer side by side; CI sets a minute. */
const BESIDE_MS = 1_000 * Number(process.env.UPGRADE_SECONDS ?? "10");
/** Enough that a minute of traffic stays within a log of 128 events for each: beyond it, counts of a recipient come from a cached aggregate. */
const CLIENTS = 64;
const BEFORE = 6;

let stack: UpgradeStack;
beforeAll(async () => {
  stack = await startUpgradeStack();
}, 240_000);
afterAll(() => stack?.close());

/** What was answered, by transaction: the whole truth that the stores must agree with. */
const decided = new Map<string, string>();
/** Transactions of each client. */
const sent = new Map<number, number>();
let failed: Answer[] = [];

const clientOf = (n: number): string => `client-${n % CLIENTS}`;
const bodyOf = (id: string, n: number) => ({
  ...{ transaction_id: id, type: "PAYMENT", amount: 20 + (n % CLIENTS), client_id: clientOf(n), dest_id: `dest-${n % CLIENTS}` },
  ...{ device_id: `device-${n % CLIENTS}`, ip_address: `203.0.113.${1 + (n % CLIENTS)}` },
});

async function analyze(version: Version, id: string, n: number): Promise<Answer> {
  const answer = await stack.call(version, "/api/v1/analyze", { body: bodyOf(id, n) });
  if (answer.status !== 200) {
    failed.push(answer);
    return answer;
  }
  const known = decided.get(id);
  if (known === undefined) {
    decided.set(id, answer.body.decision_id);
    sent.set(n % CLIENTS, (sent.get(n % CLIENTS) ?? 0) + 1);
  } else if (known !== answer.body.decision_id) failed.push(answer);
  return answer;
}

/** What a decision on each client would see of its windows, as one version reads them. */
async function windowsOf(version: Version) {
  const seen = [];
  for (let n = 0; n < CLIENTS; n++) {
    const { status, body } = await stack.call(version, "/api/v1/analyze?dryRun=true&self=false&explain=true", {
      as: "analyst",
      body: bodyOf("peek", n),
    });
    expect(status).toBe(200);
    const { transaction_count_1h, is_new_destination, dest_count_before } = body.features;
    seen.push({ transaction_count_1h, is_new_destination, dest_count_before, degraded: body.degraded });
  }
  return seen;
}
const wholeWindows = () =>
  Array.from({ length: CLIENTS }, (_, n) => {
    const count = sent.get(n) ?? 0;
    return { transaction_count_1h: count, is_new_destination: false, dest_count_before: count, degraded: [] };
  });

const publish = (version: Version, message: string) =>
  stack.call(version, "/api/admin/fraud-rules/publish", { as: "admin", body: { ...defaultRuleset(), message } });
const seqOf = async (version: Version): Promise<number> => (await analyze(version, `seq-${decided.size}`, decided.size)).body.versions.seq;

/** Traffic at both versions: new events, events of one at the other, and the same transaction at both at once. */
async function answerBeside(name: string, durationMs: number): Promise<void> {
  const endMs = Date.now() + durationMs;
  for (let n = 0; Date.now() < endMs || n < 2 * CLIENTS; n++) {
    const [one, other]: readonly [Version, Version] = n % 2 === 0 ? ["previous", "present"] : ["present", "previous"];
    await analyze(one, `${name}-${n}`, n);
    await analyze(other, `${name}-${n}`, n);
    const [first, second] = await Promise.all([
      stack.call(one, "/api/v1/analyze", { body: bodyOf(`${name}-same-${n}`, n) }),
      stack.call(other, "/api/v1/analyze", { body: bodyOf(`${name}-same-${n}`, n) }),
    ]);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body.decision_id).toBe(first.body.decision_id);
    decided.set(`${name}-same-${n}`, first.body.decision_id);
    sent.set(n % CLIENTS, (sent.get(n % CLIENTS) ?? 0) + 1);
  }
}

/** Every decision that somebody was told of is in Postgres once, as told, and nothing else is. */
async function expectRecorded(version: Version): Promise<void> {
  await expect
    .poll(
      async () => {
        await stack.sweep(version);
        const rows = await stack.sql("select transaction_id, decision_id from decisions where transaction_id <> 'orphan'");
        return { rows: rows.length, decisions: new Map(rows.map((row) => [row.transaction_id, row.decision_id])) };
      },
      { timeout: 120_000, interval: 1_000 },
    )
    .toEqual({ rows: decided.size, decisions: decided });
  const counted = await stack.sql("select sum(decisions)::int as n from daily_counters");
  const rows = await stack.sql("select count(*)::int as n from decisions");
  expect(counted).toEqual(rows);
}

/** A claim of the previous version whose request died. */
async function leaveOrphan(): Promise<void> {
  const store: { createVelocityStore: typeof createVelocityStore } = await import(
    /* @vite-ignore */ join(stack.previousRoot, "src/adapters/redis/velocity-store.ts")
  );
  const { UPSTASH_REDIS_REST_URL: url = "", UPSTASH_REDIS_REST_TOKEN: token = "", HASH_SECRET: secret = "" } = stack.vars;
  const aMinuteAgo = Date.now() - 60_000;
  const settings = { currency: createCurrency("EUR"), merchantDimensions: [], tokenizeCard: String };
  const parsed = parseTransaction(bodyOf("orphan", 0), { settings, nowMs: aMinuteAgo, callerAddress: null, newId: String });
  if (!parsed.ok) throw new Error("the test's own transaction is wrong");
  const { createRedisClient: previousClient }: { createRedisClient: typeof createRedisClient } = await import(
    /* @vite-ignore */ join(stack.previousRoot, "src/adapters/redis/client.ts")
  );
  const velocity = store.createVelocityStore(previousClient({ url, token }), {
    world: "live",
    hash: createDimensionHash(secret),
    clock: Date.now,
  });
  const claimed = await velocity.claim({
    event: parsed.value.event,
    bodyHash: "h",
    token: "t",
    nowMs: aMinuteAgo,
    mode: "record",
    budgetMs: 10_000,
  });
  expect(claimed).toMatchObject({ ok: true, value: { claim: { kind: "new" } } });
  sent.set(0, (sent.get(0) ?? 0) + 1);
}

test("an upgrade under traffic loses no event and no decision, doubles none, makes nobody new, and can be taken back", {
  timeout: 900_000,
}, async () => {
  // A stack in use: history, cases, published rules, and entries that wait in Redis while Postgres is away.
  expect((await publish("previous", "first")).status).toBe(200);
  for (let n = 0; n < BEFORE * CLIENTS; n++) await analyze("previous", `before-${n}`, n);
  await stack.call("previous", "/api/v1/analyze", {
    body: { ...bodyOf("large", 0), amount: 9_000, client_id: "client-case", dest_id: "dest-case" },
  });
  const large = await stack.call("previous", "/api/v1/decisions/large", { as: "admin" });
  const opened = await stack.call("previous", "/api/admin/fraud-reports", {
    as: "admin",
    body: { type: "account_takeover", severity: "high", description: "open while the version changes", clients: ["client-case"] },
  });
  expect(opened.status, JSON.stringify(opened.body)).toBe(201);
  await stack.sweep("previous");
  const firstSeq = await seqOf("previous");
  expect(failed).toEqual([]);
  expect(large.status === 200 || large.status === 404).toBe(true);
  const told = (await stack.sql("select decision_id from decisions where transaction_id = 'large'"))[0]?.decision_id;
  decided.set("large", told);
  const cases = await stack.sql("select id, status from fraud_reports order by id");
  expect(cases.length).toBeGreaterThan(0);
  const entries = await stack.sql("select count(*)::int as n from audit_log");

  // The migration first, while the previous version answers alone.
  await stack.migrate();
  for (let n = 0; n < CLIENTS; n++) await analyze("previous", `migrated-${n}`, n);
  stack.setPostgresAway(true);
  for (let n = 0; n < CLIENTS; n++) await analyze("previous", `waiting-${n}`, n);
  await leaveOrphan();
  stack.setPostgresAway(false);
  expect(failed).toEqual([]);

  // Side by side, the previous version having queue and schedules, then the present one.
  expect(await windowsOf("present")).toEqual(wholeWindows());
  await answerBeside("beside", BESIDE_MS / 2);
  expect(await windowsOf("previous")).toEqual(wholeWindows());
  expect(await windowsOf("present")).toEqual(wholeWindows());
  await stack.handOver("present");
  for (let n = 0; n < CLIENTS; n++) expect((await analyze("present", `waiting-${n}`, n)).status).toBe(200);
  await answerBeside("after", BESIDE_MS / 2);
  expect(failed).toEqual([]);
  await expectRecorded("present");
  expect(await windowsOf("present")).toEqual(wholeWindows());
  expect(await windowsOf("previous")).toEqual(wholeWindows());

  // What was published, opened and chained before is still in force, and a publish of the present version acts on both.
  expect([await seqOf("present"), await seqOf("previous")]).toEqual([firstSeq, firstSeq]);
  expect(await stack.sql("select id, status from fraud_reports where id = any($1) order by id", [cases.map(({ id }) => id)])).toEqual(
    cases,
  );
  expect((await stack.sql("select count(*)::int as n from audit_log"))[0]?.n).toBeGreaterThanOrEqual(entries[0]?.n);
  const second = await publish("present", "second");
  expect(second.status).toBe(200);
  expect([await seqOf("present"), await seqOf("previous")]).toEqual([second.body.seq, second.body.seq]);
  const orphan = await stack.call("present", "/api/v1/decisions/orphan", { as: "admin" });
  expect(orphan).toMatchObject({ status: 200, body: { recovered: true } });

  // Back: the previous version alone has queue, schedules and traffic, over what the present one wrote.
  await stack.handOver("previous");
  for (let n = 0; n < CLIENTS; n++) await analyze("previous", `back-${n}`, n);
  for (let n = 0; n < CLIENTS; n++) await analyze("previous", `after-${n}`, n);
  expect(failed).toEqual([]);
  expect(await windowsOf("previous")).toEqual(wholeWindows());
  await expectRecorded("previous");
  expect((await stack.sql("select count(*)::int as n from dead_letters"))[0]?.n).toBe(0);
  failed = [];
});
