import { afterAll, beforeAll, expect, test } from "vitest";
import { createAlertStore } from "../../src/adapters/postgres/alerts.ts";
import { createRuleBlockStore } from "../../src/adapters/postgres/autoblock.ts";
import { createEntryStore } from "../../src/adapters/postgres/list-entries.ts";
import { createRecordStore } from "../../src/adapters/postgres/record-store.ts";
import { createStaffWrites } from "../../src/adapters/postgres/staff-writes.ts";
import { createWebhookOutbox } from "../../src/adapters/postgres/webhooks/webhook-outbox.ts";
import type { AutomaticBlock } from "../../src/core/decision/automatic-blocks.ts";
import { recordBlock } from "../../src/pipeline/autoblock/record-block.ts";
import { testSealer } from "../support/builders/audit.ts";
import { aLogin, aTransaction, type Given } from "../support/builders/events.ts";
import { commitChange } from "../support/records/commit-change.ts";
import { aDecided, DAY_MS, NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";

const BUDGET_MS = 10_000;
const HOUR_MS = 3_600_000;
const LADDER: Pick<AutomaticBlock, "forMs" | "escalateMs"> = { forMs: HOUR_MS, escalateMs: [DAY_MS, 7 * DAY_MS] };
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

/** A rule asked to block a device at a time; whoever records it does so at another. */
let asked = 0;
async function block(value: string, decidedAtMs: number, over: { recordedAtMs?: number; livemode?: boolean; id?: string } = {}) {
  const { recordedAtMs = decidedAtMs, livemode = true, id = `decision-${asked++}` } = over;
  const entry = aDecided(aTransaction(), { decidedAtMs, answer: { decision_id: id } });
  if (entry.decision === null) throw new Error("a decided event has a decision");
  const deps = {
    clock: () => recordedAtMs,
    log: () => undefined,
    staff: createStaffWrites(db.database, testSealer()),
    entries: createEntryStore(db.database),
    blocks: createRuleBlockStore(db.database),
    webhooks: createWebhookOutbox(db.database),
    alerts: createAlertStore(db.database),
  };
  const about = { rule: "shop/R", name: "Rule R", target: "device", value, collision: "review", ...LADDER } as const;
  return expectValue(await recordBlock(deps, { block: about, decision: entry.decision, event: entry.event, livemode }));
}
const hoursOf = async (value: string): Promise<number[]> => {
  const rows = await db.rows(
    "select extract(epoch from expires_at - created_at) / 3600 as h from list_entries where value = $1 order by created_at",
    [value],
  );
  return rows.map(({ h }) => Number(h));
};
const end = async (value: string, endedAtMs: number): Promise<void> => {
  const store = createEntryStore(db.database);
  const [row] = await db.rows("select id from list_entries where value = $1 and is_active", [value]);
  const entry = expectValue(await store.byId(String(row?.id), BUDGET_MS));
  if (entry === null) throw new Error("there is no such entry");
  const ended = { ...entry, isActive: false, endedAtMs, endedBy: "key_ann", version: entry.version + 1 };
  expect(await commitChange(db.database, store.changing(ended))).toBe("made");
};

test("blocks of one target grow longer, up to the last figure", async () => {
  for (const hours of [0, 2, 30, 300, 600]) expect(await block("growing", NOON + hours * HOUR_MS)).toBe(true);
  expect(await hoursOf("growing")).toEqual([1, 24, 7 * 24, 7 * 24, 7 * 24]);
});

test("what was long ago, of another world or taken back by a person does not count", async () => {
  await block("forgiven", NOON);
  await block("forgiven", NOON + 91 * DAY_MS);
  expect(await hoursOf("forgiven")).toEqual([1, 1]);
  await block("in two worlds", NOON);
  await block("in two worlds", NOON, { livemode: false });
  expect(await hoursOf("in two worlds")).toEqual([1, 1]);
  await block("taken back", NOON);
  await end("taken back", NOON + 1_000);
  await block("taken back", NOON + 2_000);
  expect(await hoursOf("taken back")).toEqual([1, 1]);
});

test("while a block is in force there is no second one, whoever asks and however many at once", async () => {
  const made = await Promise.all(Array.from({ length: 8 }, (_, n) => block("at once", NOON + n)));
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await block("at once", NOON + 59 * 60_000)).toBe(false);
  expect(await block("at once", NOON + 61 * 60_000)).toBe(true);
  expect(await hoursOf("at once")).toEqual([1, 24]);
  const audited = await db.rows("select target from audit_log where action = 'block.create' and actor = 'system:autoblock'");
  expect(new Set(audited.map(({ target }) => target)).size).toBe(audited.length);
});

test("what a person ended does not come back by a decision from before that, however late it is recorded", async () => {
  await block("ended", NOON, { id: "first" });
  await end("ended", NOON + 10_000);
  const recordedAtMs = NOON + 30_000;
  expect(await block("ended", NOON, { id: "first", recordedAtMs })).toBe(false);
  expect(await block("ended", NOON + 5_000, { recordedAtMs })).toBe(false);
  expect(await block("ended", NOON + 20_000, { recordedAtMs })).toBe(true);
});

test("a block that is over when it is recorded stays in the history and in nobody's way", async () => {
  const recordedAtMs = NOON + 5 * HOUR_MS;
  expect(await block("late", NOON, { recordedAtMs })).toBe(true);
  expect(await block("late", NOON + 4.5 * HOUR_MS, { recordedAtMs })).toBe(true);
  expect(await hoursOf("late")).toEqual([1, 24]);
  expect(await db.rows("select is_active from list_entries where value = 'late' order by created_at")).toEqual([
    { is_active: false },
    { is_active: true },
  ]);
});

test("a block is told to who subscribed, once, and does not say whom it names", async () => {
  await db.rows(
    `insert into webhook_endpoints (id, livemode, name, kind, url, types, min_severity, settings, secret, is_active, created_at, created_by)
     values ('hook', true, 'hook', 'standard', 'https://shop.test/', '{block.created}', 0, '{}', '', true, now(), 'test')`,
  );
  expect(await block("told", NOON, { id: "d-1" })).toBe(true);
  expect(await block("told", NOON, { id: "d-1" })).toBe(false);
  const told = await db.rows("select e.id, e.data from webhook_deliveries d join webhook_events e using (message)");
  expect(told).toEqual([
    {
      id: "block.created:auto-d-1-device",
      data: {
        ...{ block_id: "auto-d-1-device", target: "device", verdict: "block", reason: "Rule R", source: "auto" },
        ...{ rule_id: "shop/R", decision_id: "d-1" },
        ...{ created_at: "2026-11-20T12:00:00.000Z", expires_at: "2026-11-20T13:00:00.000Z" },
      },
    },
  ]);
});

test("other clients of an address are counted as they were: within the window, in one world, not who could not log in", async () => {
  const ip = "203.0.113.77";
  const by = (client: string | undefined, ms: number, given: Given = {}): Given => ({
    occurredAtMs: NOON + ms,
    dimensions: { client, ip },
    ...given,
  });
  const seen = [
    aTransaction(by("own", -60_000)),
    aTransaction(by("anna", -60_000)),
    aTransaction(by("anna", -50_000)),
    aLogin(by("ben", -40_000)),
    aLogin(by("victim", -30_000, { status: "failed" })),
    aTransaction(by(undefined, -20_000)),
    aTransaction(by("early", -31 * 60_000)),
  ].map((event) => aDecided(event));
  const elsewhere = aDecided(aTransaction(by("tester", 0)), {}, { livemode: false });
  const records = createRecordStore(db.database, { code: "EUR", exponent: 2 });
  expectValue(await records.record([...seen, elsewhere], BUDGET_MS));
  const count = async (client: string | null) =>
    expectValue(
      await createRuleBlockStore(db.database).countOtherClients(
        { livemode: true, address: ip, client, sinceMs: NOON - 30 * 60_000 },
        BUDGET_MS,
      ),
    );
  expect(await count("own")).toBe(2);
  expect(await count(null)).toBe(3);
});
