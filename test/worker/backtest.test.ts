import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultRuleset } from "../../src/tools/local/seed-ruleset.ts";
import { type Json, type Reply, startService, type TestService } from "../support/service.ts";

const DECISIONS = 900;
const { files: PACKS, features: FEATURES } = defaultRuleset();
/** Blocks what is above 50, which no live rule does. */
const STRICT = {
  name: "strict",
  rules: [
    {
      id: "S1",
      name: "Above 50",
      reason: "above_50",
      severity: "high",
      mode: "live",
      score: 10,
      conditions: { amount: { gt: 50 } },
      outcome: { atLeast: "block" },
    },
  ],
};
const asFiles = (pack: unknown) => [{ name: "strict.json", text: JSON.stringify(pack) }];

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
  for (let at = 0; at < DECISIONS; at += 300) {
    const transactions = Array.from({ length: 300 }, (_, n) => aTransaction(at + n));
    expect((await service.call("/api/v1/batch-analyze", { body: transactions })).status).toBe(200);
  }
  while ((await service.sql("select count(*)::int as n from decisions"))[0]?.n < DECISIONS) await service.schedule("* * * * *");
}, 120_000);
afterAll(() => service.close());

const aTransaction = (n: number) => ({
  transaction_id: `t${n}`,
  type: "PAYMENT",
  amount: 1 + (n % 100),
  client_id: `c${n % 200}`,
  ip_address: "198.51.100.7",
});
const url = "/api/admin/fraud-rules";
const ask = (path: string, body?: unknown): Promise<Reply> =>
  service.call(`${url}/${path}`, { as: "analyst", ...(body === undefined ? {} : { body }) });
const whenOver = async (id: string): Promise<Json> => {
  let body: Json;
  await expect
    .poll(
      async () => {
        ({ body } = await ask(`backtest/${id}`));
        return ["done", "failed", "cancelled"].includes(body.status);
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  return body;
};

describe("a backtest over the API", () => {
  test("runs in the consumer, tells how far it is and what would have changed", async () => {
    const before = await service.sql("select count(*)::int as n from events");
    const { status, body } = await ask("backtest", { files: [...PACKS, ...asFiles(STRICT)], features: FEATURES, message: "stricter" });
    expect(status).toBe(202);
    expect(body.total).toBe(DECISIONS);
    const done = await whenOver(body.id);
    expect(done).toMatchObject({ status: "done", message: "stricter", progress: { done: DECISIONS, total: DECISIONS }, error: null });
    const { result } = done;
    const above = Array.from({ length: DECISIONS }, (_, n) => 1 + (n % 100)).filter((amount) => amount > 50);
    const [rule] = result.rules;
    expect(rule).toMatchObject({
      id: "strict/S1",
      mode: "live",
      hits: { before: 0, after: above.length },
      gained: { count: above.length },
    });
    expect(rule.gained.amount).toBeCloseTo(
      above.reduce((sum, amount) => sum + amount, 0),
      6,
    );
    expect(result.lacking).toEqual([]);
    // All others say what they said: the same facts, the same rules.
    for (const other of result.rules.slice(1)) expect(other).toMatchObject({ gained: { count: 0 }, lost: { count: 0 } });
    expect(await service.sql("select count(*)::int as n from events")).toEqual(before);
  });

  test("the same set again changes nothing, and its labels are those given last", async () => {
    const [{ decision_id: id }] = (await service.sql("select decision_id from decisions where transaction_id = 't99'")) as [Json];
    for (const label of ["legitimate", "fraud"]) await service.call(`/api/v1/decisions/${id}/label`, { body: { label, source: "test" } });
    const { body } = await ask("backtest", { files: PACKS, features: FEATURES });
    const { result } = await whenOver(body.id);
    expect(result.labels).toMatchObject({ fraud: 1, legitimate: 0, unlabelled: DECISIONS - 1 });
    expect(result.outcomes.every(({ before, after }: Json) => before === after)).toBe(true);
    expect(result.before).toEqual(result.after);
  });

  test("without files runs the draft, of a period, and the newest so many", async () => {
    const { body } = await ask("backtest", { from: "2020-01-01T00:00:00Z", maxDecisions: 10 });
    expect(await whenOver(body.id)).toMatchObject({ status: "done", max_decisions: 10, result: { decisions: 10 } });
    const { body: none } = await ask("backtest", { from: "2020-01-01T00:00:00Z", to: "2020-02-01T00:00:00Z" });
    expect(await whenOver(none.id)).toMatchObject({ progress: { total: 0 }, result: { decisions: 0, from: null } });
  });

  test("is listed, audited, and cannot be cancelled once it is over", async () => {
    const { body } = await ask("backtest", {});
    await whenOver(body.id);
    const listed = (await ask("backtests")).body.backtests;
    expect(listed[0]).toMatchObject({ id: body.id, status: "done" });
    expect(listed[0]).not.toHaveProperty("result");
    const cancelled = await service.call(`${url}/backtest/${body.id}`, { as: "analyst", method: "DELETE" });
    expect(cancelled).toMatchObject({ status: 422, body: { errors: [{ code: "backtest_over" }] } });
    const rows = await service.sql("select action from audit_log where target = $1", [`backtest:${body.id}`]);
    expect(rows).toEqual([{ action: "backtest.start" }]);
  });

  test("that waits for its message can be cancelled", async () => {
    await service.sql(
      `insert into backtests (id, livemode, status, from_at, to_at, max_decisions, message, author, ruleset, features, created_at, touched_at, total)
       select 'waiting', true, 'queued', now(), now(), 1, '', 'ann', 'r', 'f', now(), now(), 0`,
    );
    expect(await service.call(`${url}/backtest/waiting`, { as: "analyst", method: "DELETE" })).toMatchObject({
      status: 200,
      body: { status: "cancelled" },
    });
    expect((await ask("backtest/waiting")).body).toMatchObject({ status: "cancelled", result: null });
  });

  test("of rules with a fault is refused with its place, and so is a period that ends before it begins", async () => {
    const wrong = { ...STRICT, rules: [{ ...STRICT.rules[0], conditions: { amout: { gt: 50 } } }] };
    expect(await ask("backtest", { files: asFiles(wrong), features: FEATURES })).toMatchObject({
      status: 422,
      body: { code: "ruleset_refused", errors: [{ code: "unknown_feature", message: expect.stringContaining("did you mean `amount`") }] },
    });
    expect(await ask("backtest", { from: "2026-02-01T00:00:00Z", to: "2026-01-01T00:00:00Z" })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "from" }] },
    });
    expect(await ask("backtest/nobody")).toMatchObject({ status: 404 });
  });
});

describe("a simulation", () => {
  test("decides one event by draft and live, explains both, and records nothing", async () => {
    const event = { ...aTransaction(70), transaction_id: "tried" };
    const { status, body } = await ask("simulate", { event, files: [...PACKS, ...asFiles(STRICT)], features: FEATURES });
    expect(status).toBe(200);
    expect(body).toMatchObject({ transaction_id: "tried", differs: true, recorded: null, draft: { outcome: "block" } });
    expect(body.live.outcome).not.toBe("block");
    const rule = body.rules.find(({ id }: Json) => id === "strict/S1");
    expect(rule).toMatchObject({ draft: "fired", live: "none", tree: { verdict: "true", feature: "amount", saw: { value: 71 } } });
    expect(body.draft.features).toMatchObject({ amount: 71, transaction_count_1h: expect.any(Number) });
    expect(body.draft.features.transaction_count_1h).toBeGreaterThan(1);
    expect((await service.call("/api/v1/decisions/tried")).status).toBe(404);
    const again = await ask("simulate", { event, files: PACKS, features: FEATURES });
    expect(again.body.draft.features.transaction_count_1h).toBe(body.draft.features.transaction_count_1h);
  });

  test("of a stored decision uses the facts of its time and agrees with what was answered", async () => {
    const { body } = await ask("simulate", { decision_id: "t3" });
    const { decision_id: _, ...recorded } = body.recorded;
    expect(body.live).toMatchObject({ outcome: recorded.outcome, risk_score: recorded.risk_score, reasons: recorded.reasons });
    expect(body).toMatchObject({ differs: false, draft: { outcome: recorded.outcome, lacking: [] } });
  });

  test("of a stored decision names what it lacks", async () => {
    const features = JSON.stringify({
      ...JSON.parse(FEATURES ?? "{}"),
      new_count: { op: "count", event: "transaction", by: "device", window: "2h" },
    });
    const pack = { ...STRICT, rules: [{ ...STRICT.rules[0], conditions: { new_count: { lt: 2 } } }] };
    const { body } = await ask("simulate", { decision_id: "t3", files: asFiles(pack), features });
    expect(body.draft).toMatchObject({ lacking: ["new_count"], unknown_rules: [{ id: "strict/S1", missing: ["new_count"] }] });
    expect(body.rules).toContainEqual(expect.objectContaining({ id: "strict/S1", draft: "unknown", live: "none" }));
  });

  test("reads the named lists that are live, and so does a backtest", async () => {
    const list = { name: "regulars", type: "id", entries: ["c3"] };
    expect((await service.call("/api/admin/fraud-lists", { as: "analyst", body: list })).status).toBe(201);
    const pack = { ...STRICT, rules: [{ ...STRICT.rules[0], conditions: { payer: { inList: "regulars" } } }] };
    const features = JSON.stringify({ ...JSON.parse(FEATURES ?? "{}"), payer: { op: "field", path: "client_id", type: "id" } });
    const { body } = await ask("simulate", { decision_id: "t3", files: asFiles(pack), features });
    expect(body).toMatchObject({ draft: { outcome: "block", rules: [{ id: "strict/S1" }] } });
    const { body: started } = await ask("backtest", { files: asFiles(pack), features });
    const { result } = await whenOver(started.id);
    const rule = result.rules.find(({ id }: Json) => id === "strict/S1");
    expect(rule).toMatchObject({ unknown: 0, hits: { after: Math.ceil((DECISIONS - 3) / 200) } });
  });

  test("asks for one subject, and knows which", async () => {
    for (const body of [{}, { event: aTransaction(1), decision_id: "t3" }])
      expect(await ask("simulate", body)).toMatchObject({ status: 422, body: { errors: [{ path: "event" }] } });
    expect(await ask("simulate", { decision_id: "nobody" })).toMatchObject({ status: 404 });
    expect(await ask("simulate", { event: { amount: -1 } })).toMatchObject({ status: 422 });
  });
});
