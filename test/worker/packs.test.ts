import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Json, startService, type TestService } from "../support/service.ts";
import { runIn } from "../tools/rules/run.ts";

const folder = mkdtempSync(join(tmpdir(), "tollgate-packs-"));
let service: TestService;
let url: string;
const publish = (...words: readonly string[]) =>
  runIn({ env: { TOLLGATE_KEY: service.keys.analyst } }, "publish", ...words, "--yes", "--url", url);

beforeAll(async () => {
  service = await startService();
  url = (await service.server.listen()).url.href;
  const published = await publish("--message", "the packs");
  expect(published).toEqual({ code: 0, said: [expect.stringMatching(/^version 1 is live \(\d+ rules\)$/)], complained: [] });
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

let ids = 0;
const NOON = "2026-11-20T12:00:00Z";
async function decide(transaction: Readonly<Record<string, unknown>>): Promise<Json> {
  const body = { transaction_id: `packs-${ids++}`, type: "PAYMENT", timestamp: NOON, ...transaction };
  const answer = await service.call("/api/v1/analyze", { body });
  expect(answer.status).toBe(200);
  return answer.body;
}
async function tell(...events: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  const body = events.map((event) => ({ id: `packs-${ids++}`, timestamp: NOON, ...event }));
  expect((await service.call("/api/v1/events", { body })).status).toBe(202);
}
const fired = (decision: Json): string[] => decision.rules.map(({ id }: Json) => id).sort();

describe("the packs, on a service that they were published to by the command line", () => {
  test("let a guest's ordinary payment pass, however little is known", async () => {
    expect(await decide({ amount: 49.9 })).toMatchObject({ outcome: "allow", risk_level: "LOW", rules: [] });
    const whole = { amount: 129.9, email: "guest@example.org", ip_address: "203.0.113.50", device_id: "g1" };
    const card = { token: "card-g", bin: "457173", country: "DE", funding: "debit" };
    const guest = await decide({ ...whole, card, billing: { country: "DE" }, ip_geo: { country: "DE" } });
    expect(guest).toMatchObject({ outcome: "allow", risk_score: 0, rules: [] });
  });

  test("ask for 3-D Secure at the fourth unknown card on one address and refuse the sixth", async () => {
    const outcomes: string[] = [];
    for (let card = 1; card <= 6; card++) {
      const { outcome } = await decide({ amount: 1, ip_address: "203.0.113.66", card: { token: `stolen-${card}` } });
      outcomes.push(outcome);
    }
    expect(outcomes).toEqual(["allow", "allow", "allow", "challenge", "challenge", "block"]);
  });

  test("refuse the fifth card when the first were declined, even to clients they know", async () => {
    await tell({ type: "login", client_id: "old", status: "success", timestamp: "2026-10-01T12:00:00Z" });
    const at = { amount: 2, ip_address: "203.0.113.67" };
    for (let card = 1; card <= 4; card++) {
      const { transaction_id } = await decide({
        ...at,
        client_id: "old",
        timestamp: "2026-11-20T11:50:00Z",
        card: { token: `declined-${card}` },
      });
      await tell({ type: "payment", transaction_id, status: "declined", timestamp: "2026-11-20T11:51:00Z" });
    }
    const fifth = await decide({ ...at, client_id: "old", card: { token: "declined-5" } });
    expect(fifth).toMatchObject({ outcome: "block", reasons: expect.arrayContaining(["card_testing"]) });
    expect(fired(fifth)).toContain("checkout/C1");
    expect(fired(fifth)).not.toContain("checkout/C2");
  });

  test("challenge a purchase from a device never seen after failed logins, and not one from the usual device", async () => {
    const login = { type: "login", client_id: "ann", device_id: "ann-laptop" };
    await tell({ ...login, status: "success", timestamp: "2026-10-01T12:00:00Z" });
    for (const minute of [40, 45, 50])
      await tell({ ...login, device_id: "thief", status: "failed", timestamp: `2026-11-20T11:${minute}:00Z` });
    const usual = await decide({ amount: 60, client_id: "ann", device_id: "ann-laptop" });
    expect({ outcome: usual.outcome, fired: fired(usual) }).toEqual({ outcome: "allow", fired: ["checkout/L1"] });
    const other = await decide({ amount: 60, client_id: "ann", device_id: "thief" });
    expect({ outcome: other.outcome, fired: fired(other) }).toEqual({ outcome: "challenge", fired: ["checkout/L1", "checkout/L2"] });
    const never = await decide({ amount: 60, client_id: "ann", device_id: "never-seen" });
    expect({ outcome: never.outcome, fired: fired(never) }).toEqual({ outcome: "challenge", fired: ["checkout/L1", "checkout/L2"] });
  });

  test("see round amounts, emptied accounts and money that does not arrive in a transfer", async () => {
    const sweep = { type: "TRANSFER", amount: 1_000_000, nameOrig: "co", nameDest: "co-2", oldbalanceDest: 0, newbalanceDest: 0 };
    const decision = await decide({ ...sweep, oldbalanceOrg: 1_000_000, newbalanceOrig: 0 });
    expect(fired(decision)).toEqual(["transfer/H1", "transfer/H2", "transfer/H4", "transfer/H5", "transfer/H8"]);
    const deposit = await decide({ type: "CASH_IN", amount: 1_000_000, nameOrig: "co", oldbalanceOrg: 1_000_000 });
    expect({ outcome: deposit.outcome, fired: fired(deposit) }).toEqual({ outcome: "allow", fired: ["transfer/H9"] });
  });
});

test("the command line prints the service's refusal with the line of each fault, and what was live stays live", async () => {
  const path = join(folder, "typo.json");
  const rule = '{ "id": "A", "name": "a", "reason": "a", "severity": "low",\n  "conditions": { "amout": 3 } }';
  writeFileSync(path, `{ "name": "typo", "rules": [\n${rule} ] }`);
  const { code, said, complained } = await publish(path);
  expect({ code, said }).toEqual({ code: 1, said: [] });
  expect(complained.slice(complained.indexOf("the ruleset was refused whole: 1 fault"))).toEqual([
    "the ruleset was refused whole: 1 fault",
    `${path}:3:19  rules[0].conditions.amout: unknown feature \`amout\`; did you mean \`amount\`?`,
    '  3 |   "conditions": { "amout": 3 } } ] }',
    "    |                   ^^^^^^^",
    "1 fault",
  ]);
  expect((await decide({ amount: 5 })).versions.seq).toBe(1);
});
