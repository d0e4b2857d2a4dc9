import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createBlockMarker } from "../../src/adapters/redis/block-marker.ts";
import { createVelocityStore } from "../../src/adapters/redis/velocity-store.ts";
import { createCurrency } from "../../src/core/event/money.ts";
import { parseTransaction } from "../../src/core/event/parse.ts";
import { createDimensionHash } from "../../src/core/velocity/dimension-hash.ts";
import { type Json, startService, type TestService } from "../support/service.ts";
import { AMPLE_MS, answered, redisClientOf } from "../support/velocity.ts";

const MINUTE = "* * * * *";
const BLOCKS = "/api/admin/fraud-blocks";
let service: TestService;

/** Rules that fire on one amount each and ask to block. */
const aRule = (id: string, amount: number, over: object) => ({
  id,
  name: `Rule ${id}`,
  reason: "probe",
  severity: "critical",
  score: 10,
  outcome: { atLeast: "block" },
  conditions: { amount },
  ...over,
});
const SHARED = 11;
const IGNORING = 12;
const DEVICE = 13;
const SHADOW = 14;
const HELD_OUT = 15;
const PARTLY = 16;
const NARROW = 17;
const HARMLESS = 1;
const RULES = [
  aRule("Shared", SHARED, { autoBlock: { target: "ip", for: "2h" } }),
  aRule("Ignoring", IGNORING, { autoBlock: { target: "ip", for: "24h", collision: "ignore", note: "many are the attack" } }),
  aRule("Device", DEVICE, { autoBlock: { target: "device" } }),
  aRule("Shadow", SHADOW, { mode: "shadow", autoBlock: { target: "device", for: "1h" } }),
  aRule("HeldOut", HELD_OUT, { holdout: 50, autoBlock: { target: "device", for: "1h" } }),
  aRule("Partly", PARTLY, { rollout: 50, autoBlock: { target: "device", for: "1h" } }),
  aRule("Narrow", NARROW, { outcome: undefined, autoBlock: { target: "card", for: "1h" } }),
];
const publish = async (policy: Record<string, unknown> = {}): Promise<number> => {
  const file = { name: "auto", policy, rules: RULES };
  const files = [{ name: "auto.json", text: JSON.stringify(file) }];
  const published = await service.publish({ files, features: null, message: JSON.stringify(policy) });
  expect(published.status, JSON.stringify(published.body)).toBe(200);
  return published.body.seq;
};

beforeAll(async () => {
  service = await startService({ DEADLINE_MS: "4000", VELOCITY_BUDGET_MS: "1000" }, ["other"]);
  await service.publish();
  await publish();
});
afterEach(() => {
  service.gateways.upstash.faults.set([]);
  service.gateways.neon.faults.set([]);
});
afterAll(() => service.close());

interface How {
  readonly as?: "api" | "test";
  readonly instance?: string;
  readonly caller?: string;
}
const analyze = async (amount: number, transaction: Record<string, unknown>, how: How = {}): Promise<Json> => {
  const { as = "api", instance, caller } = how;
  const headers = caller === undefined ? {} : { "cf-connecting-ip": caller };
  const body = { transaction_id: randomUUID(), type: "PAYMENT", amount, ...transaction };
  const reply = await service.call("/api/v1/analyze", { as, body, headers, ...(instance === undefined ? {} : { instance }) });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return reply.body;
};
const isBlocked = async (transaction: Record<string, unknown>, how: How = {}): Promise<boolean> =>
  (await analyze(HARMLESS, transaction, how)).decided_by.kind === "block_list";
const consume = () => service.schedule(MINUTE);
const entriesOf = async (value: string): Promise<Json[]> =>
  (await service.call(`${BLOCKS}?value=${encodeURIComponent(value)}`, { as: "analyst" })).body.blocks;
const listed = async (value: string): Promise<Json[]> =>
  service.sql("select * from list_entries where value = $1 order by created_at", [value]);
const reportsOn = (address: string): Promise<Json[]> => service.sql("select * from fraud_reports where entity_value = $1", [address]);
const evidenceOn = async (address: string): Promise<Json[]> =>
  (
    await service.sql("select f.evidence from report_findings f join fraud_reports r on r.id = f.report_id where r.entity_value = $1", [
      address,
    ])
  ).map(({ evidence }) => evidence);
let addresses = 0;
const anAddress = (): string => `198.51.${100 + (addresses >> 8)}.${addresses++ & 255}`;
let devices = 0;
const aDevice = (): string => `device-${devices++}`;

describe("a live rule that blocks", () => {
  test("does so before its answer leaves: the next decision of any instance names the block", async () => {
    const device_id = aDevice();
    const first = await analyze(DEVICE, { device_id });
    expect(first).toMatchObject({ outcome: "block", decided_by: { kind: "rule" }, degraded: [] });
    for (const instance of [undefined, "other"])
      expect(await analyze(HARMLESS, { device_id }, instance === undefined ? {} : { instance })).toMatchObject({
        outcome: "block",
        decided_by: { kind: "block_list", id: `auto-${first.decision_id}-device`, reason: "Rule Device" },
      });
  });

  test("is recorded with the rule's name, the decision and an end, and audited", async () => {
    const device_id = aDevice();
    const { decision_id } = await analyze(DEVICE, { device_id });
    await consume();
    const [entry, ...more] = await listed(device_id);
    expect(more).toEqual([]);
    const id = `auto-${decision_id}-device`;
    expect(entry).toMatchObject({ id, livemode: true, verdict: "block", kind: "device", source: "auto", is_active: true });
    expect(entry).toMatchObject({ reason: "Rule Device", rule_id: "auto/Device", decision_id, created_by: "system:autoblock" });
    expect(entry.expires_at - entry.created_at).toBe(3_600_000);
    const audited = await service.sql("select actor, action, details from audit_log where target = $1", [`list_entry:${id}`]);
    expect(audited).toMatchObject([{ actor: "system:autoblock", action: "block.create" }]);
    expect(audited[0]?.details).not.toContain(device_id);
    expect(await entriesOf(device_id)).toMatchObject([{ id, autoBlocked: true, is_active: true }]);
    expect(await isBlocked({ device_id })).toBe(true);
  });

  test("blocks whatever its outcome is, and only what it names", async () => {
    const token = `tok-${randomUUID()}`;
    const device_id = aDevice();
    expect((await analyze(NARROW, { card: { token }, device_id })).outcome).toBe("allow");
    expect(await isBlocked({ card: { token } })).toBe(true);
    expect(await isBlocked({ device_id })).toBe(false);
  });

  test("of an IPv6 address blocks its /64", async () => {
    await analyze(SHARED, { ip_address: "2001:db8:77::1", client_id: "v6" });
    expect(await isBlocked({ ip_address: "2001:db8:77::2" })).toBe(true);
    await consume();
    expect(await listed("2001:db8:77::/64")).toMatchObject([{ entity: "2001:db8:77::/64", is_active: true }]);
    expect(await isBlocked({ ip_address: "2001:db8:77:0:1::" })).toBe(true);
    expect(await isBlocked({ ip_address: "2001:db8:78::1" })).toBe(false);
  });

  test("once, however often its decision is asked for, is made at once, and is moved", async () => {
    const device_id = aDevice();
    const transaction_id = randomUUID();
    const repeated = await Promise.all([1, 2, 3].map(() => analyze(DEVICE, { device_id, transaction_id })));
    expect(new Set(repeated.map(({ decision_id }) => decision_id)).size).toBe(1);
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => analyze(DEVICE, { device_id })));
    await Promise.all([consume(), consume(), consume()]);
    await service.sql("update events set velocity_pending = true where device_id = $1", [device_id]);
    await consume();
    const made = await listed(device_id);
    expect(made).toHaveLength(1);
    expect((await analyze(HARMLESS, { device_id })).decided_by.id).toBe(made[0].id);
    expect(await service.sql("select action from audit_log where target = $1", [`list_entry:${made[0].id}`])).toHaveLength(1);
  });

  test("in a batch blocks once, and what comes after the batch meets it", async () => {
    const device_id = aDevice();
    const items = Array.from({ length: 5 }, () => ({ type: "PAYMENT", amount: DEVICE, device_id }));
    const { body } = await service.call("/api/v1/batch-analyze", { body: [...items, { type: "PAYMENT", amount: HARMLESS }] });
    expect(body.map(({ outcome }: Json) => outcome)).toEqual([...Array(5).fill("block"), "allow"]);
    expect(await isBlocked({ device_id })).toBe(true);
    await consume();
    expect(await listed(device_id)).toMatchObject([{ id: `auto-${body[0].decision_id}-device` }]);
  });

  test("in the test world blocks there alone", async () => {
    const device_id = aDevice();
    await analyze(DEVICE, { device_id }, { as: "test" });
    expect(await isBlocked({ device_id }, { as: "test" })).toBe(true);
    expect(await isBlocked({ device_id })).toBe(false);
    await consume();
    expect(await listed(device_id)).toMatchObject([{ livemode: false }]);
    expect(await isBlocked({ device_id })).toBe(false);
  });

  test("keeps what staff said of the same entity", async () => {
    const device_id = aDevice();
    const trust = { type: "device", value: device_id, reason: "ours", rules: ["auto/Shared"] };
    expect((await service.call("/api/admin/fraud-whitelist", { as: "analyst", body: trust })).status).toBe(201);
    await analyze(DEVICE, { device_id });
    expect(await isBlocked({ device_id })).toBe(true);
    const ip_address = anAddress();
    await analyze(SHARED, { ip_address, device_id });
    expect(await isBlocked({ ip_address })).toBe(false);
  });
});

describe("an address that others use", () => {
  test("is not blocked: a critical report asks for review, one for all that meet it", async () => {
    const ip_address = anAddress();
    for (const client_id of ["anna", "ben", "anna"]) await analyze(HARMLESS, { ip_address, client_id });
    const { decision_id } = await analyze(SHARED, { ip_address, client_id: "mallory" });
    await analyze(SHARED, { ip_address, client_id: "mallory" });
    expect(await isBlocked({ ip_address, client_id: "anna" })).toBe(false);
    await consume();
    await consume();
    expect(await listed(ip_address)).toEqual([]);
    expect(await reportsOn(ip_address)).toMatchObject([
      {
        type: "ip_fraud",
        severity: "critical",
        origin: "collision",
        status: "pending",
        entity_kind: "ip",
        rule_id: "auto/Shared",
        livemode: true,
      },
    ]);
    const [finding] = await evidenceOn(ip_address);
    expect(finding).toMatchObject({ other_clients: 2, window_minutes: 30 });
    expect(await service.sql("select decision_id from report_decisions where decision_id = $1", [decision_id])).toHaveLength(1);
    expect(JSON.stringify(await service.sql("select id, description from fraud_reports"))).not.toContain(ip_address);
    expect(await isBlocked({ ip_address, client_id: "ben" })).toBe(false);
  });

  test("is blocked when they were there before the window only, or could not log in", async () => {
    const ip_address = anAddress();
    const timestamp = new Date(Date.now() - 31 * 60_000).toISOString();
    await analyze(HARMLESS, { ip_address, client_id: "early", timestamp });
    const login = { id: randomUUID(), type: "login", status: "failed", client_id: "victim", ip_address };
    expect((await service.call("/api/v1/events", { as: "admin", body: login })).status).toBe(202);
    await analyze(SHARED, { ip_address, client_id: "mallory" });
    expect(await isBlocked({ ip_address })).toBe(true);
  });

  test("counts them over the policy's window", async () => {
    await publish({ collisionWindow: "2h" });
    const ip_address = anAddress();
    const timestamp = new Date(Date.now() - 90 * 60_000).toISOString();
    await analyze(HARMLESS, { ip_address, client_id: "early", timestamp });
    await analyze(SHARED, { ip_address, client_id: "mallory" });
    expect(await isBlocked({ ip_address })).toBe(false);
    await publish();
  });

  test("is blocked by the client's own history, and by a rule that ignores collisions", async () => {
    const own = anAddress();
    for (let n = 0; n < 3; n++) await analyze(HARMLESS, { ip_address: own, client_id: "mallory" });
    await analyze(SHARED, { ip_address: own, client_id: "mallory" });
    expect(await isBlocked({ ip_address: own })).toBe(true);
    const shared = anAddress();
    for (const client_id of ["anna", "ben"]) await analyze(HARMLESS, { ip_address: shared, client_id });
    await analyze(IGNORING, { ip_address: shared, client_id: "mallory" });
    expect(await isBlocked({ ip_address: shared, client_id: "anna" })).toBe(true);
    await consume();
    expect(await reportsOn(shared)).toEqual([]);
    expect(await listed(shared)).toMatchObject([{ rule_id: "auto/Ignoring" }]);
  });

  test("beyond its log is asked for in the record", async () => {
    const [quiet, busy] = [anAddress(), anAddress()];
    await analyze(HARMLESS, { ip_address: busy, client_id: "anna" });
    for (const ip_address of [quiet, busy])
      for (let n = 0; n < 3; n++) {
        const items = Array.from({ length: 40 }, () => ({ type: "PAYMENT", amount: HARMLESS, ip_address, client_id: "mallory" }));
        expect((await service.call("/api/v1/batch-analyze", { body: items })).status).toBe(200);
      }
    await consume();
    for (const ip_address of [quiet, busy]) await analyze(SHARED, { ip_address, client_id: "mallory" });
    await consume();
    expect(await listed(quiet)).toMatchObject([{ is_active: true }]);
    expect(await isBlocked({ ip_address: quiet })).toBe(true);
    expect(await listed(busy)).toEqual([]);
    expect(await evidenceOn(busy)).toMatchObject([{ other_clients: 1 }]);
  });
});

describe("nobody is blocked", () => {
  test("for sharing the shop's own server, whose requests all look like card testing", async () => {
    const caller = "203.0.113.200";
    for (let n = 0; n < 20; n++) {
      const answer = await analyze(n % 2 === 0 ? IGNORING : SHARED, { ip_address: caller, card: { token: `tok-${n}` } }, { caller });
      expect(answer.warnings).toMatchObject([{ code: "caller_address" }]);
    }
    await consume();
    expect(await listed(caller)).toEqual([]);
    expect(await reportsOn(caller)).toEqual([]);
    expect(await isBlocked({ ip_address: caller })).toBe(false);
  });

  test.each(["10.1.2.3", "127.0.0.1", "173.245.48.5", "fe80::1", "not an address", ""])("by the address `%s`", async (ip_address) => {
    await analyze(IGNORING, { ip_address });
    await consume();
    expect(
      await service.sql("select id from list_entries where kind = 'ip' and rule_id = 'auto/Ignoring' and value = $1", [ip_address]),
    ).toEqual([]);
  });

  test("by a rule in shadow", async () => {
    const device_id = aDevice();
    await analyze(SHADOW, { device_id });
    await consume();
    expect(await isBlocked({ device_id })).toBe(false);
    expect(await listed(device_id)).toEqual([]);
  });

  test("whom a holdout or a rollout leaves out", async () => {
    const made = [];
    for (const amount of [HELD_OUT, PARTLY])
      for (let n = 0; n < 12; n++) {
        const device_id = aDevice();
        const answer = await analyze(amount, { device_id, client_id: `member-${n}` });
        expect(await isBlocked({ device_id })).toBe(answer.outcome === "block");
        made.push({ device_id, isAsked: answer.outcome === "block" });
      }
    expect(new Set(made.map(({ isAsked }) => isAsked)).size).toBe(2);
    await consume();
    for (const { device_id, isAsked } of made) expect(await listed(device_id)).toHaveLength(isAsked ? 1 : 0);
  });

  test("who is on the whitelist", async () => {
    const device_id = aDevice();
    const trust = { type: "device", value: device_id, reason: "ours" };
    expect((await service.call("/api/admin/fraud-whitelist", { as: "analyst", body: trust })).status).toBe(201);
    expect((await analyze(DEVICE, { device_id })).outcome).toBe("allow");
    await consume();
    expect(await listed(device_id)).toMatchObject([{ verdict: "allow" }]);
  });

  test("while the guard of the block rate holds", async () => {
    const seq = await publish({ maxBlockRate: 0.5, blockRateMinDecisions: 1_000 });
    await service.redis(["SET", "tg:live:guard", JSON.stringify({ seq, untilMs: Date.now() + 600_000 }), "PX", "600000"]);
    const device_id = aDevice();
    expect(await analyze(DEVICE, { device_id })).toMatchObject({ outcome: "review", held_back: true });
    expect(await isBlocked({ device_id })).toBe(false);
    await service.redis(["DEL", "tg:live:guard"]);
    await consume();
    expect(await listed(device_id)).toEqual([]);
    await publish();
  });

  test("by a dry run", async () => {
    const device_id = aDevice();
    const body = { type: "PAYMENT", amount: DEVICE, device_id };
    expect((await service.call("/api/v1/analyze?dryRun=true", { as: "analyst", body })).body.outcome).toBe("block");
    expect(await isBlocked({ device_id })).toBe(false);
  });
});

describe("with a part away", () => {
  test("a mark that cannot be written is named, and the consumer makes the block", async () => {
    const device_id = aDevice();
    service.gateways.upstash.faults.set([{ kind: "status", status: 503, match: "auto-" }]);
    const transaction_id = randomUUID();
    const answer = await analyze(DEVICE, { device_id, transaction_id });
    expect(answer).toMatchObject({ outcome: "block", degraded: ["autoblock"] });
    service.gateways.upstash.faults.set([]);
    expect(await analyze(DEVICE, { device_id, transaction_id })).toEqual(answer);
    await consume();
    expect(await isBlocked({ device_id })).toBe(true);
    expect(await listed(device_id)).toHaveLength(1);
  });

  test("without Redis an address is reported, a device is blocked by the record, and neither waits twice", async () => {
    const [ip_address, device_id] = [anAddress(), aDevice()];
    service.gateways.upstash.faults.set([{ kind: "refuse" }]);
    expect((await analyze(SHARED, { ip_address })).degraded).toEqual(["velocity"]);
    expect((await analyze(DEVICE, { device_id })).degraded).toEqual(["velocity", "autoblock"]);
    service.gateways.upstash.faults.set([]);
    await vi.waitFor(
      async () => {
        await consume();
        expect(await listed(device_id)).toMatchObject([{ is_active: true }]);
        expect(await reportsOn(ip_address)).toMatchObject([{ origin: "collision", severity: "critical" }]);
      },
      { timeout: 60_000, interval: 500 },
    );
    expect(await listed(ip_address)).toEqual([]);
    expect(await evidenceOn(ip_address)).toMatchObject([{ other_clients: null }]);
    expect(await isBlocked({ device_id })).toBe(true);
  }, 90_000);

  test("a decision whose request died after its mark is made again, and its block is recorded", async () => {
    const device_id = aDevice();
    const transaction_id = randomUUID();
    const hash = createDimensionHash(service.gateways.vars.HASH_SECRET);
    const redis = redisClientOf(service.gateways);
    const nowMs = Date.now() - 60_000;
    const settings = { currency: createCurrency("EUR"), merchantDimensions: [], tokenizeCard: String };
    const input = { transaction_id, type: "PAYMENT", amount: DEVICE, device_id };
    const event = answered(parseTransaction(input, { settings, nowMs, callerAddress: null, newId: String })).event;
    const velocity = createVelocityStore(redis, { world: "live", hash, clock: Date.now });
    answered(await velocity.claim({ event, bodyHash: "h", token: "t", nowMs, mode: "record", budgetMs: AMPLE_MS }));
    const about = { verdict: "block", kind: "device", value: device_id, source: "auto", rules: null } as const;
    const hit = { ...about, id: "auto-lost-device", reason: "Rule Device", expiresAtMs: nowMs + 3_600_000 };
    const of = { livemode: true, kind: "device", entity: device_id } as const;
    answered(await createBlockMarker(redis, hash).add([{ of, hit }], nowMs, AMPLE_MS));
    await consume();
    expect(await listed(device_id)).toMatchObject([{ rule_id: "auto/Device", is_active: true }]);
    const [entry] = await listed(device_id);
    expect((await analyze(HARMLESS, { device_id })).decided_by.id).toBe(entry.id);
  });

  test("Postgres that refuses the block gets it again", async () => {
    const device_id = aDevice();
    await analyze(DEVICE, { device_id });
    service.gateways.neon.faults.set([{ kind: "status", status: 503, match: "l.source = 'auto'" }]);
    await consume();
    service.gateways.neon.faults.set([]);
    expect(await listed(device_id)).toEqual([]);
    expect(await isBlocked({ device_id })).toBe(true);
    await consume();
    expect(await listed(device_id)).toHaveLength(1);
  });
});

describe("what people end", () => {
  test("is over for the next decision, and no late record brings it back", async () => {
    const device_id = aDevice();
    const first = await analyze(DEVICE, { device_id });
    await consume();
    const id = `auto-${first.decision_id}-device`;
    expect(await service.call(`${BLOCKS}/${id}/unblock`, { as: "analyst", body: {} })).toMatchObject({
      status: 200,
      body: { is_active: false },
    });
    expect(await isBlocked({ device_id })).toBe(false);
    // As if the consumer had died before it cleared what it recorded.
    await service.sql("update events set velocity_pending = true where id = $1", [first.transaction_id]);
    await consume();
    expect(await listed(device_id)).toMatchObject([{ id, is_active: false }]);
    expect(await isBlocked({ device_id })).toBe(false);
    // A new attempt is blocked anew, as a first one: what was ended was a mistake.
    const again = await analyze(DEVICE, { device_id });
    expect(await isBlocked({ device_id })).toBe(true);
    await consume();
    const [, entry] = await listed(device_id);
    expect(entry).toMatchObject({ id: `auto-${again.decision_id}-device`, is_active: true });
    expect(entry.expires_at - entry.created_at).toBe(3_600_000);
  });

  test("ends for decisions from before it too, whenever they are recorded", async () => {
    const device_id = aDevice();
    const [one, two] = await Promise.all([analyze(DEVICE, { device_id }), analyze(DEVICE, { device_id })]);
    await consume();
    const [entry] = await listed(device_id);
    await service.call(`${BLOCKS}/${entry.id}/unblock`, { as: "analyst", body: {} });
    await service.sql("update events set velocity_pending = true where id = any($1)", [[one.transaction_id, two.transaction_id]]);
    await consume();
    expect(await isBlocked({ device_id })).toBe(false);
    expect(await listed(device_id)).toHaveLength(1);
  });
});

test("a block that is over ends by itself, and the next one of the same target is longer", async () => {
  const device_id = aDevice();
  await analyze(DEVICE, { device_id });
  await consume();
  // The clock of a running service cannot be moved: its entry is.
  await service.sql(
    "update list_entries set expires_at = now() - interval '1 second', created_at = created_at - interval '1 hour', changed_at = now() where value = $1",
    [device_id],
  );
  await consume();
  expect(await isBlocked({ device_id })).toBe(false);
  await analyze(DEVICE, { device_id });
  await consume();
  const [first, second] = await listed(device_id);
  expect(first).toMatchObject({ is_active: false, ended_by: "expiry" });
  expect(second.expires_at - second.created_at).toBe(24 * 3_600_000);
  expect(await isBlocked({ device_id })).toBe(true);
});

test("the gate refuses who was blocked by a rule, and lets in who was unblocked", async () => {
  const ip_address = anAddress();
  const visit = async () => (await service.call("/gate/page", { as: null, headers: { "cf-connecting-ip": ip_address } })).status;
  expect(await visit()).not.toBe(403);
  const { decision_id } = await analyze(SHARED, { ip_address, client_id: "mallory" });
  // Nothing but the queue wakes the consumer.
  await vi.waitFor(async () => expect(await visit()).toBe(403), { timeout: 30_000, interval: 200 });
  await service.call(`${BLOCKS}/auto-${decision_id}-ip/unblock`, { as: "analyst", body: {} });
  await vi.waitFor(async () => expect(await visit()).not.toBe(403), { timeout: 30_000, interval: 200 });
}, 90_000);
