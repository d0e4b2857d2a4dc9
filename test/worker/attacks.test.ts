import { afterAll, beforeAll, expect, test } from "vitest";
import { type Json, startService, type TestService } from "../support/service.ts";
import { accountTakeover, cardTesting, clickFlood, massRegistration, muleAccount, type Sent } from "../support/traffic/attacks.ts";
import { quietDay } from "../support/traffic/quiet-day.ts";
import { record, replay, triggered } from "../support/traffic/replay.ts";

const HOUR_MS = 3_600_000;
const START_MS = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 20 * HOUR_MS;

let service: TestService;
beforeAll(async () => {
  service = await startService();
  expect(await service.publish()).toMatchObject({ status: 200 });
});
afterAll(() => service.close());

const attack = (name: string, ip: string) => ({ name, ip, startMs: START_MS + 2 * HOUR_MS });

/** What an attack must have opened, and nothing besides. */
async function opens(
  steps: readonly Sent[],
  expected: readonly { readonly type: string; readonly [column: string]: unknown }[],
): Promise<Json[]> {
  const before = new Set((await triggered(service)).map(({ id }) => id));
  await replay(service, steps);
  // Seen again, the same events open nothing more.
  await record(service);
  const found = (await triggered(service)).filter(({ id }) => !before.has(id));
  expect(found).toMatchObject(expected);
  return found;
}

test("a quiet day opens no report", async () => {
  await replay(service, quietDay({ seed: 20_261_121, startMs: START_MS - 24 * HOUR_MS, visitors: 250, name: "day" }));
  const events = await service.sql("select count(*)::int as n from events where type = 'click'");
  expect(events[0]?.n).toBeGreaterThan(1_000);
  expect(await triggered(service)).toEqual([]);
}, 240_000);

test("card testing opens one report about the address, with the decisions behind it", async () => {
  const [report] = await opens(cardTesting(attack("testing", "198.51.100.10")), [
    {
      trigger: "card_testing",
      type: "transaction_fraud",
      severity: "critical",
      status: "pending",
      entity_kind: "ip",
      entity_value: "198.51.100.10",
    },
  ]);
  const behind = await service.sql("select decision_id from report_decisions where report_id = $1", [report.id]);
  expect(behind.length).toBeGreaterThan(5);
  expect(report.evidence[0]).toMatchObject({ outcome: expect.any(String), amount: 1.5, values: { cards_per_ip_1h: expect.any(Number) } });
  expect(report.description).not.toContain("198.51.100.10");
}, 120_000);

test("a mule account opens one report about the recipient", async () => {
  await opens(muleAccount(attack("mule", "198.51.100.11")), [
    { trigger: "mule_account", type: "transaction_fraud", entity_kind: "dest", entity_value: "mule-collector" },
  ]);
}, 120_000);

test("mass registrations open one report about the address, with the figures", async () => {
  const [report] = await opens(massRegistration(attack("masses", "198.51.100.12")), [
    { trigger: "mass_registration", type: "mass_registration", entity_kind: "ip", entity_value: "198.51.100.12" },
  ]);
  expect(report.evidence.at(-1)).toMatchObject({ value: 30, threshold: 8, window_seconds: 3_600, distinct: { clients: 30, devices: 30 } });
  expect(report.evidence.at(-1).events).toHaveLength(20);
  const related = await service.sql(
    "select kind, count(*)::int as n from report_related where report_id = $1 group by kind order by kind",
    [report.id],
  );
  expect(related).toEqual([
    { kind: "client", n: 30 },
    { kind: "device", n: 30 },
    { kind: "ip", n: 1 },
  ]);
}, 120_000);

test("a click flood opens one report about the address", async () => {
  await opens(clickFlood(attack("flood", "198.51.100.13")), [
    { trigger: "click_flood", type: "click_speed", severity: "high", entity_kind: "ip", entity_value: "198.51.100.13" },
  ]);
}, 120_000);

test("an account takeover opens one report about the client, with what the logins and the payment say", async () => {
  const [report] = await opens(accountTakeover(attack("takeover", "198.51.99.14")), [
    { type: "account_takeover", severity: "critical", entity_kind: "client", entity_value: "takeover-owner", findings: 2 },
  ]);
  expect(report.evidence.map(({ trigger }: Json) => trigger).toSorted()).toEqual(["account_takeover", "guessed_password"]);
  expect(report.evidence.find(({ trigger }: Json) => trigger === "guessed_password")).toMatchObject({
    measured: "ips",
    value: 5,
    followed_by: [{ type: "login", status: "success" }],
  });
}, 120_000);

test("an attack whose events come in another order, and twice, opens the same report", async () => {
  const steps = massRegistration(attack("shuffled", "198.51.100.15"));
  const [report] = await opens([...steps.toReversed(), ...steps], [{ type: "mass_registration", entity_value: "198.51.100.15" }]);
  expect(report.evidence.at(-1)).toMatchObject({ value: 30 });
}, 120_000);

test("while Postgres cannot be asked, events are recorded all the same, and the next one opens the report", async () => {
  const [last, ...steps] = massRegistration(attack("outage", "198.51.100.17")).toReversed();
  if (last === undefined) throw new Error("an attack has steps");
  service.gateways.neon.faults.set([{ kind: "status", status: 503, match: "cross join lateral" }]);
  await opens(steps, []);
  service.gateways.neon.faults.set([]);
  const recorded = await service.sql("select count(*)::int as n from events where ip_key = '198.51.100.17'");
  expect(recorded).toEqual([{ n: 29 }]);
  await opens([last], [{ type: "mass_registration", entity_value: "198.51.100.17" }]);
}, 120_000);

test("the test world's attacks are the test world's", async () => {
  const body = massRegistration(attack("rehearsal", "198.51.100.16")).map((step) => step.body);
  await service.call("/api/v1/events", { as: "test", body });
  await record(service);
  expect((await triggered(service)).filter(({ livemode }) => !livemode)).toMatchObject([
    { trigger: "mass_registration", entity_value: "198.51.100.16" },
  ]);
}, 120_000);
