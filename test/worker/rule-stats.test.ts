import { afterAll, beforeAll, expect, test } from "vitest";
import { type Json, startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
});
afterAll(() => service.close());

const rule = (id: string, changes: Record<string, unknown>) => ({ id, name: id, reason: "probe", severity: "low", ...changes });
const publish = async (rules: readonly unknown[]): Promise<number> => {
  const files = [{ name: "probe.json", text: JSON.stringify({ name: "probe", rules }) }];
  const published = await service.publish({ files, features: null, message: "probe" });
  expect(published.status, JSON.stringify(published.body)).toBe(200);
  return published.body.seq;
};
const decide = async (id: string, amount: number, changes: Record<string, unknown> = {}, as: "api" | "test" = "api"): Promise<Json> =>
  (await service.call("/api/v1/analyze", { as, body: { transaction_id: id, type: "PAYMENT", amount, ...changes } })).body;
const stats = async (query: string): Promise<Json> => {
  const answer = await service.call(`/api/admin/fraud-rules/stats${query}`, { as: "readonly" });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const label = async (id: string, verdict: string) =>
  expect((await service.call(`/api/v1/decisions/${id}/label`, { body: { label: verdict } })).status).toBeLessThan(300);
const sweep = () => service.schedule("* * * * *");

test("each version tells what its rules did: evaluated on their kinds only, acted, recorded, unknown, and the money they stopped", async () => {
  const seq = await publish([
    rule("HIGH", { score: 10, outcome: { atLeast: "block" }, conditions: { amount: { gte: 100 } } }),
    rule("SHADOW", { mode: "shadow", conditions: { amount: { gte: 10 } } }),
    rule("TRANSFERS", { on: ["TRANSFER"], conditions: { amount: { gte: 1 } } }),
    rule("ABROAD", { conditions: { ip_country: { eq: "DK" } } }),
    rule("OFF", { mode: "off", conditions: { amount: { gte: 1 } } }),
  ]);
  for (const [id, amount] of [
    ["s1", 5],
    ["s2", 50],
    ["s3", 120.5],
    ["s4", 200],
  ] as const)
    await decide(id, amount);
  await decide("s5", 20, { type: "TRANSFER", dest_id: "d" });
  await decide("s6", 500, {}, "test");
  await sweep();
  await sweep();
  const { versions, rules, currency, livemode } = await stats(`?seq=${seq}`);
  expect({ currency, livemode }).toEqual({ currency: "EUR", livemode: true });
  expect(versions).toMatchObject([{ seq, decisions: 5, blocked: 2, held_back: 0 }]);
  const none = { acted: 0, shadowed: 0, fired: 0, blocked: 0, money_stopped: 0, labelled: { fraud: 0, legitimate: 0 }, precision: null };
  expect(rules).toMatchObject([
    { rule: "probe/ABROAD", mode: "live", evaluated: 5, ...none, unknown: 5, errors: 0 },
    {
      rule: "probe/HIGH",
      name: "HIGH",
      mode: "live",
      evaluated: 5,
      acted: 2,
      fired: 2,
      shadowed: 0,
      unknown: 0,
      blocked: 2,
      money_stopped: 320.5,
    },
    { rule: "probe/OFF", mode: "off", evaluated: 0, ...none },
    { rule: "probe/SHADOW", mode: "shadow", evaluated: 5, acted: 0, shadowed: 4, fired: 4, blocked: 0, money_stopped: 0 },
    { rule: "probe/TRANSFERS", mode: "live", evaluated: 1, acted: 1, shadowed: 0 },
  ]);
  const test = await stats(`?seq=${seq}&livemode=false&rule=HIGH`);
  expect(test).toMatchObject({
    livemode: false,
    versions: [{ decisions: 1 }],
    rules: [{ rule: "probe/HIGH", evaluated: 1, money_stopped: 500 }],
  });
});

test("labels count as they are now, on every rule that fired", async () => {
  const seq = await publish([
    rule("R", { score: 1, conditions: { amount: { gte: 10 } } }),
    rule("S", { mode: "shadow", conditions: { amount: { gte: 30 } } }),
  ]);
  for (const [id, amount] of [
    ["l1", 20],
    ["l2", 40],
    ["l3", 60],
    ["l4", 5],
  ] as const)
    await decide(id, amount);
  await sweep();
  for (const [id, verdict] of [
    ["l1", "legitimate"],
    ["l2", "fraud"],
    ["l3", "chargeback"],
    ["l4", "fraud"],
  ] as const)
    await label(id, verdict);
  const figures = async () =>
    (await stats(`?seq=${seq}`)).rules.map(({ rule: id, labelled, precision }: Json) => [id, labelled, precision]);
  expect(await figures()).toEqual([
    ["probe/R", { fraud: 2, legitimate: 1 }, 0.6667],
    ["probe/S", { fraud: 2, legitimate: 0 }, 1],
  ]);
  await label("l3", "legitimate");
  expect(await figures()).toEqual([
    ["probe/R", { fraud: 1, legitimate: 2 }, 0.3333],
    ["probe/S", { fraud: 1, legitimate: 1 }, 0.5],
  ]);
});

test("a rule is named with or without its file; one that nobody knows has no figures", async () => {
  const seq = await publish([rule("A", { conditions: { amount: { gte: 1 } } }), rule("B", { conditions: { amount: { gte: 1 } } })]);
  await decide("n1", 5);
  await sweep();
  for (const name of ["A", "probe%2FA"])
    expect((await stats(`?seq=${seq}&rule=${name}`)).rules).toMatchObject([{ rule: "probe/A", acted: 1 }]);
  expect((await stats("?rule=NOBODY&days=1")).rules).toEqual([]);
  expect(await stats("?seq=99999")).toMatchObject({ versions: [], rules: [] });
});

test("what is older than the period is left out", async () => {
  const seq = await publish([rule("OLD", { conditions: { amount: { gte: 1 } } })]);
  await decide("o1", 5);
  await sweep();
  await service.sql("update version_counters set hour = hour - interval '3 days' where seq = $1", [seq]);
  await service.sql("update rule_counters set hour = hour - interval '3 days' where seq = $1", [seq]);
  expect((await stats(`?seq=${seq}&days=2`)).rules).toEqual([]);
  expect((await stats(`?seq=${seq}&days=4`)).rules).toMatchObject([{ acted: 1 }]);
});

test.each(["?days=0", "?days=401", "?days=week", "?seq=-1", "?rule=", "?livemode=1", "?dyas=3"])(
  "`%s` is refused with its path",
  async (query) => {
    const answer = await service.call(`/api/admin/fraud-rules/stats${query}`, { as: "readonly" });
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_query" } });
  },
);
