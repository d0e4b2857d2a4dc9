import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Json, startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
  const published = await service.publish();
  expect(published.body).toMatchObject({ seq: 1 });
});
afterAll(() => service.close());

const CHECKOUT = {
  order_id: "81",
  stage: "pre_auth",
  type: "PAYMENT",
  amount: 129.9,
  currency: "EUR",
  client_id: null,
  email: "a@b.de",
  phone: "+49301",
  ip_address: "192.0.2.4",
  ip_geo: { country: "DE", latitude: 50.7, longitude: 7.1, asn: 3320 },
  device_id: "d1",
  user_agent: "Mozilla/5.0",
  card: { token: "t", bin: "457173", last4: "0008", country: "DK", funding: "prepaid" },
  billing: { country: "DE", postal_code: "53111" },
  shipping: { country: "DE", postal_code: "53111", address: "Weg 1", amount: 0 },
  three_ds: null,
  attributes: {},
};
const EMPTIED = {
  type: "TRANSFER",
  amount: 181,
  nameOrig: "C1305486145",
  oldbalanceOrg: 181,
  newbalanceOrig: 0,
  nameDest: "C553264065",
  oldbalanceDest: 0,
  newbalanceDest: 0,
};

describe("one decision", () => {
  test("names only the unknown rules that could have changed the outcome, and `explain=true` and the record name all", async () => {
    for (const [at, sent] of [CHECKOUT, EMPTIED, { ...EMPTIED, amount: 5, oldbalanceOrg: 181 }].entries()) {
      const id = `plain-${at}`;
      const { body: plain } = await service.call("/api/v1/analyze", { body: { transaction_id: id, ...sent } });
      expect([id, plain.degraded]).toEqual([id, []]);
      expect(plain.unknown_rules.filter((rule: Json) => rule.would_be === undefined)).toEqual([]);
      const explained = (await service.call("/api/v1/analyze?explain=true", { body: { transaction_id: id, ...sent } })).body;
      expect(explained).toMatchObject({ decision_id: plain.decision_id, unknown_rule_count: plain.unknown_rule_count });
      expect(explained.unknown_rules).toHaveLength(plain.unknown_rule_count);
      const repeated = (await service.call("/api/v1/analyze", { body: { transaction_id: id, ...sent } })).body;
      expect(repeated).toEqual(plain);
      const read = (await service.call(`/api/v1/decisions/${id}${at === 0 ? "?stage=pre_auth" : ""}`, { as: "analyst" })).body;
      expect(read.unknown_rules).toEqual(explained.unknown_rules);
    }
  });

  test("a plain answer on an emptied account has at most 1 KB", async () => {
    const { newbalanceOrig: _, newbalanceDest: __, ...sent } = EMPTIED;
    const { body } = await service.call("/api/v1/analyze", { body: { transaction_id: "readme-1", ...sent } });
    expect(body.rules.map(({ id }: Json) => id)).toEqual(["transfer/H5"]);
    expect(JSON.stringify(body).length).toBeLessThanOrEqual(1_024);
  });

  test("a web checkout without client, recipient or balances is decided by rules", async () => {
    const { status, body, headers } = await service.call("/api/v1/analyze", { body: { transaction_id: "81-2", ...CHECKOUT } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      transaction_id: "81-2",
      stage: "pre_auth",
      degraded: [],
      warnings: [],
      model: { status: "not_applicable" },
      fraud_probability: 0,
      livemode: true,
      versions: { seq: 1 },
    });
    expect(["allow", "challenge"]).toContain(body.outcome);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-request-id")).toBeTruthy();
    expect(headers.get("server-timing")).toMatch(/velocity;dur=/);
  });

  test("the sources' documented request, an emptied account, is scored by the model and not allowed", async () => {
    const { status, body } = await service.call("/api/v1/analyze", { body: { transaction_id: "paysim-1", ...EMPTIED } });
    expect(status).toBe(200);
    expect(body.model).toMatchObject({ status: "scored", name: "transfer" });
    expect(body.fraud_probability).toBeGreaterThan(0.5);
    expect(body).toMatchObject({ is_fraud: body.outcome === "block", should_block: body.outcome === "block", risk_level: "CRITICAL" });
    expect(body.recommendations.length).toBeGreaterThan(0);
  });

  test("explain shows every feature and the tree of every rule", async () => {
    const { body } = await service.call("/api/v1/analyze?explain=true", { body: { ...EMPTIED, nameOrig: "C9" } });
    expect(body.features).toMatchObject({
      amount: 181,
      transaction_type: "transfer",
      origin_balance_before: 181,
      amount_to_origin_balance: 1,
    });
    expect(body.rule_trees.find((rule: { id: string }) => rule.id === "transfer/R1").tree.verdict).toMatch(/true|false|unknown/);
  });

  test("an unknown or malformed optional field is a warning, a malformed required one a 422 with its path", async () => {
    const warned = await service.call("/api/v1/analyze", {
      body: { type: "PAYMENT", amount: 5, ip_address: "1.2.3.4, 5.6.7.8", colour: 1 },
    });
    expect(warned.body.warnings.map((warning: { path: string }) => warning.path).sort()).toEqual(["colour", "ip_address"]);
    const refused = await service.call("/api/v1/analyze", { body: { type: "PAYMENT", amount: "NaN" } });
    expect(refused.status).toBe(422);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(refused.body).toMatchObject({ status: 422, errors: [{ path: "amount" }] });
  });
});

describe("a repeated call", () => {
  test("gets the stored answer, another body under its id a 422", async () => {
    const body = { transaction_id: "again", type: "PAYMENT", amount: 20, client_id: "c-again" };
    const first = await service.call("/api/v1/analyze", { body });
    const second = await service.call("/api/v1/analyze", { body });
    expect(second.body).toEqual(first.body);
    const other = await service.call("/api/v1/analyze", { body: { ...body, amount: 21 } });
    expect(other).toMatchObject({ status: 422, body: { code: "id_reused" } });
  });

  test("a second stage is a decision of its own and counts once in the windows", async () => {
    const body = { transaction_id: "staged", type: "PAYMENT", amount: 20, client_id: "c-staged" };
    const first = await service.call("/api/v1/analyze?explain=true", { body: { ...body, stage: "pre_auth" } });
    const second = await service.call("/api/v1/analyze?explain=true", { body: { ...body, stage: "post_auth", avs: "N" } });
    expect(second.body.decision_id).not.toBe(first.body.decision_id);
    expect(second.body.features).toMatchObject({ transaction_count_1h: 1, avs_result: "n" });
  });

  test("50 parallel identical posts give one event, one decision, one answer", async () => {
    const body = { transaction_id: "parallel", type: "PAYMENT", amount: 20, client_id: "c-parallel" };
    const answers = await Promise.all(Array.from({ length: 50 }, () => service.call("/api/v1/analyze", { body })));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    await service.schedule("* * * * *");
    expect(await service.sql("select count(*)::int as n from events where id = 'parallel'")).toEqual([{ n: 1 }]);
    expect(await service.sql("select count(*)::int as n from decisions where transaction_id = 'parallel'")).toEqual([{ n: 1 }]);
  });
});

describe("a dry run", () => {
  test("takes the same path and records nothing", async () => {
    const body = { transaction_id: "dry", type: "PAYMENT", amount: 20, client_id: "c-dry" };
    const first = await service.call("/api/v1/analyze?dryRun=true&explain=true", { as: "analyst", body });
    const second = await service.call("/api/v1/analyze?dryRun=true&explain=true", { as: "analyst", body });
    expect(first.body.features.transaction_count_1h).toBe(1);
    expect(second.body.features.transaction_count_1h).toBe(1);
    const without = await service.call("/api/v1/analyze?dryRun=true&self=false&explain=true", { as: "analyst", body });
    expect(without.body.features.transaction_count_1h).toBe(0);
    expect((await service.call("/api/v1/decisions/dry")).status).toBe(404);
  });

  test("is for staff", async () => {
    const answer = await service.call("/api/v1/analyze?dryRun=true", { body: { type: "PAYMENT", amount: 20 } });
    expect(answer).toMatchObject({ status: 403, body: { code: "not_allowed" } });
  });
});

describe("a batch", () => {
  test("answers in order, each transaction sees the earlier ones, a bad item gets its own problem", async () => {
    const item = (n: number) => ({ transaction_id: `batch-${n}`, type: "PAYMENT", amount: 10 + n, client_id: "c-batch" });
    const { status, body } = await service.call("/api/v1/batch-analyze", {
      body: [item(1), { type: "PAYMENT" }, item(2), item(3), item(1)],
    });
    expect(status).toBe(200);
    expect(body.map((answer: { transaction_id?: string; status?: number }) => answer.transaction_id ?? answer.status)).toEqual([
      "batch-1",
      422,
      "batch-2",
      "batch-3",
      "batch-1",
    ]);
    expect(body[4]).toEqual(body[0]);
    const third = await service.call("/api/v1/decisions/batch-3", { as: "admin" });
    expect(third.body.facts.values.transaction_count_1h).toBe(3);
  });

  test("a thousand transactions are decided in one call", async () => {
    const batch = Array.from({ length: 1_000 }, (_, n) => ({
      ...EMPTIED,
      transaction_id: `bulk-${n}`,
      nameOrig: `C${n % 20}`,
      nameDest: "C-sink",
    }));
    const { status, body } = await service.call("/api/v1/batch-analyze", { body: batch });
    expect(status).toBe(200);
    expect(body).toHaveLength(1_000);
    expect(body.every((answer: { degraded: string[] }) => answer.degraded.length === 0)).toBe(true);
  });
});
