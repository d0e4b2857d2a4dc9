import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Json, type Reply, startService, type TestService } from "../support/service.ts";

const MINIMUM = 50;
let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
});
afterEach(() => service.gateways.upstash.faults.set([]));
afterAll(() => service.close());

let publishes = 0;
/** Blocks amounts from `blockFrom` on. No two publishes have the same rules: their rates would be one. */
const publish = async (blockFrom: number, policy: Record<string, unknown>): Promise<number> => {
  const rule = {
    id: "P",
    name: "Probe",
    reason: "probe",
    severity: "high",
    score: 10,
    outcome: { atLeast: "block" },
    note: `${publishes++}`,
  };
  const file = {
    name: "probe",
    policy: { maxBlockRate: 0.1, blockRateMinDecisions: MINIMUM, ...policy },
    rules: [{ ...rule, conditions: { amount: { gte: blockFrom } } }],
  };
  const published = await service.publish({
    files: [{ name: "probe.json", text: JSON.stringify(file) }],
    features: null,
    message: `from ${blockFrom}`,
  });
  expect(published.status, JSON.stringify(published.body)).toBe(200);
  return published.body.seq;
};
let calls = 0;
const decide = (amount: number, as: "api" | "test" = "api"): Promise<Reply> =>
  service.call("/api/v1/analyze", { as, body: { transaction_id: `guard-${calls++}`, type: "PAYMENT", amount } });
/** Six in ten are of an amount that a rule from 50 on blocks. */
const some = (n: number, as: "api" | "test" = "api"): Promise<Json[]> =>
  Promise.all(Array.from({ length: n }, async (_, i) => (await decide(i % 10 < 6 ? 60 : 5, as)).body));
const sweep = () => service.schedule("* * * * *");
const live = async () =>
  (
    await service.sql(
      "select seq::int, kind, author, parent::int, content ->> 'ruleset' as ruleset from manifests order by seq desc limit 1",
    )
  )[0];
const alertsOf = async (seq: number, livemode = true): Promise<Json[]> =>
  (await service.call(`/api/admin/smart-alerts?kind=block_rate&livemode=${livemode}`, { as: "readonly" })).body.alerts.filter(
    ({ details }: Json) => details.seq === seq,
  );
const flag = async (world = "live") => JSON.parse((await service.redis(["GET", `tg:${world}:guard`])) ?? "null");
/** As if other instances had decided this much by a version, just now. */
const decidedElsewhere = async (seq: number, decisions: number, blocked: number, livemode = true) => {
  await service.sql("delete from block_rate_slots where seq = $1", [seq]);
  const slot = new Date(Math.floor(Date.now() / 10_000) * 10_000);
  await service.sql("insert into block_rate_slots (livemode, seq, slot, decisions, blocked) values ($1, $2, $3, $4, $5)", [
    livemode,
    seq,
    slot,
    decisions,
    blocked,
  ]);
};

test("a rule that would block 60 % is published during a stream of decisions: the guard holds, the alert exists, and the version before is back", async () => {
  const good = await publish(1_000, { onBreach: "rollback" });
  const rules = (await live())?.ruleset;
  await some(10);
  const bad = await publish(50, { onBreach: "rollback" });
  const answers: Json[] = [];
  // The queue wakes the consumer, nothing else does. It takes seconds; the end is for a machine that is busy with other tests.
  const endMs = Date.now() + 45_000;
  while (Date.now() < endMs && answers.at(-1)?.versions.seq !== bad + 1) answers.push(...(await some(10)));
  expect(answers.at(-1)?.versions.seq).toBe(bad + 1);

  const byBad = answers.filter(({ versions }) => versions.seq === bad);
  const held = byBad.filter(({ held_back }) => held_back === true);
  expect(held.length).toBeGreaterThan(0);
  expect(new Set(held.map(({ outcome }) => outcome))).toEqual(new Set(["review"]));
  // Ten are decided at once: the cap of the instance lets at most those through that had begun.
  expect(byBad.filter(({ outcome }) => outcome === "block").length).toBeLessThanOrEqual(MINIMUM + 10);
  expect((await some(10)).map(({ outcome }) => outcome)).not.toContain("block");

  expect(await live()).toEqual({ seq: bad + 1, kind: "guard", author: "system:guard", parent: bad, ruleset: rules });
  const [alert, ...more] = await alertsOf(bad);
  expect(more).toEqual([]);
  expect(alert).toMatchObject({ severity: "critical", status: "open", livemode: true });
  expect(alert.details).toMatchObject({ rollback: "rolled_back", rolled_back_to: good, live_seq: bad + 1 });
  const [audited] = await service.sql(
    "select actor, action, target, details from audit_log where action = 'ruleset.rollback' order by seq desc limit 1",
  );
  expect(audited).toMatchObject({ actor: "system:guard", target: "ruleset:live" });
  expect(JSON.parse(audited?.details)).toMatchObject({ before: { seq: bad }, after: { seq: bad + 1, ruleset: rules } });
}, 180_000);

test("what other instances decided holds back this one's blocks, on its next decision and without a new version", async () => {
  const seq = await publish(50, { onBreach: "review" });
  expect((await decide(60)).body).toMatchObject({ outcome: "block" });
  await decidedElsewhere(seq, 1_000, 600);
  await sweep();
  expect((await decide(60)).body).toMatchObject({
    outcome: "review",
    held_back: true,
    decided_by: { kind: "guard" },
    reasons: expect.arrayContaining(["block_rate_guard"]),
  });
  expect((await live())?.seq).toBe(seq);
  await Promise.all([sweep(), sweep(), sweep()]);
  expect(await alertsOf(seq)).toMatchObject([{ details: { rollback: null, on_breach: "review" } }]);
});

test("a version that blocks less again is released", async () => {
  const seq = await publish(50, { onBreach: "review" });
  await decidedElsewhere(seq, 1_000, 600);
  await sweep();
  expect(await flag()).toMatchObject({ seq });
  await decidedElsewhere(seq, 1_000, 60);
  await sweep();
  expect(await flag()).toBeNull();
  expect((await decide(60)).body).toMatchObject({ outcome: "block" });
});

test("with Redis away an instance caps itself", async () => {
  await publish(50, { onBreach: "review" });
  await decide(5);
  service.gateways.upstash.faults.set([{ kind: "refuse" }]);
  const answers: Json[] = [];
  for (let n = 0; n < MINIMUM / 10 + 1; n++) answers.push(...(await some(10)));
  expect(answers.map(({ outcome }) => outcome)).toContain("block");
  const later = await some(10);
  expect(later.map(({ outcome }) => outcome)).not.toContain("block");
  expect(later.some(({ held_back }) => held_back === true)).toBe(true);
}, 180_000);

test("a batch is capped in the middle, by its own earlier items", async () => {
  await publish(50, { onBreach: "review" });
  const transactions = Array.from({ length: 2 * MINIMUM }, (_, i) => ({ type: "PAYMENT", amount: i % 10 < 6 ? 60 : 5 }));
  const { body } = await service.call("/api/v1/batch-analyze", { body: transactions });
  const outcomes: string[] = body.map(({ outcome }: Json) => outcome);
  expect(outcomes.slice(0, MINIMUM).filter((outcome) => outcome === "block")).toHaveLength(0.6 * MINIMUM);
  expect(outcomes.slice(MINIMUM)).not.toContain("block");
  expect(outcomes.slice(MINIMUM)).toContain("review");
});

test("of consumers that judge at once one takes the version back", async () => {
  await publish(1_000, { onBreach: "rollback" });
  const bad = await publish(50, { onBreach: "rollback" });
  await decide(5);
  await decidedElsewhere(bad, 1_000, 600);
  await Promise.all(Array.from({ length: 6 }, sweep));
  expect(await live()).toMatchObject({ seq: bad + 1, kind: "guard", parent: bad });
  expect(await alertsOf(bad)).toMatchObject([{ details: { rollback: "rolled_back" } }]);
});

test("a version that somebody replaced meanwhile is held and nothing is taken back", async () => {
  const bad = await publish(50, { onBreach: "rollback" });
  const fixed = await publish(900, { onBreach: "rollback" });
  await decidedElsewhere(bad, 1_000, 600);
  await sweep();
  expect((await live())?.seq).toBe(fixed);
  expect(await alertsOf(bad)).toMatchObject([{ details: { rollback: "superseded" } }]);
});

test("the test world holds back its own blocks and never changes what is live", async () => {
  const seq = await publish(50, { onBreach: "rollback" });
  await decidedElsewhere(seq, 1_000, 600, false);
  await sweep();
  expect((await decide(60, "test")).body).toMatchObject({ outcome: "review", held_back: true });
  expect((await decide(60)).body).toMatchObject({ outcome: "block" });
  expect((await live())?.seq).toBe(seq);
  expect(await alertsOf(seq)).toEqual([]);
  expect(await alertsOf(seq, false)).toMatchObject([{ livemode: false }]);
});

test("without a limit nothing is held back", async () => {
  const seq = await publish(50, { maxBlockRate: undefined, blockRateMinDecisions: undefined });
  await decidedElsewhere(seq, 1_000, 1_000);
  await sweep();
  expect((await some(20)).filter(({ outcome }) => outcome === "block")).toHaveLength(12);
  expect(await alertsOf(seq)).toEqual([]);
});

describe("while Postgres refuses the rollback", () => {
  test("the guard holds, and the next judgement takes the version back", async () => {
    await publish(1_000, { onBreach: "rollback" });
    const bad = await publish(50, { onBreach: "rollback" });
    await decide(5);
    await decidedElsewhere(bad, 1_000, 600);
    service.gateways.neon.faults.set([{ kind: "status", status: 503, match: "append_audit" }]);
    await sweep();
    service.gateways.neon.faults.set([]);
    expect((await live())?.seq).toBe(bad);
    expect((await decide(60)).body).toMatchObject({ outcome: "review", held_back: true });
    await sweep();
    expect((await live())?.seq).toBe(bad + 1);
  });
});
