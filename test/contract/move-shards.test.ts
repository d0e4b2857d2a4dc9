import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAuditLog } from "../../src/adapters/postgres/audit-log.ts";
import { createRecordStore } from "../../src/adapters/postgres/record-store.ts";
import { createPendingShards } from "../../src/adapters/redis/pending-shards.ts";
import { moveShards } from "../../src/pipeline/move-shards.ts";
import type { Services } from "../../src/pipeline/services.ts";
import type { OutboxMessage } from "../../src/ports/outbox.ts";
import type { Shards } from "../../src/ports/pending.ts";
import type { RecordStore } from "../../src/ports/records.ts";
import { createTriggers } from "../../src/wire/triggers.ts";
import { testSealer } from "../support/builders/audit.ts";
import { TEST_HASH } from "../support/builders/packed-log.ts";
import { anEvent, aPayment } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";
import { AMPLE_MS, record, redisClientOf, velocityStoreOf } from "../support/velocity.ts";

const currency = { code: "EUR", exponent: 2 };
const ALL: Shards = { live: Array.from({ length: 64 }, (_, shard) => shard), test: [] };
/** More than a first batch and one of each lane. */
const MANY = 1_000;
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
beforeEach(() => db.rows("truncate events, event_ids, payments, decisions, decision_ids, daily_counters, dead_letters"));

interface Mover {
  readonly services: Services;
  readonly sent: OutboxMessage[];
}

/** A mover over the real stores, as far as events without a decision need them. */
function aMover(options: { readonly clock?: () => number; readonly records?: Partial<RecordStore> } = {}): Mover {
  const redis = redisClientOf(db.gateways);
  const clock = options.clock ?? Date.now;
  const sent: OutboxMessage[] = [];
  const services = {
    clock,
    newId: () => crypto.randomUUID(),
    pending: createPendingShards(redis, TEST_HASH, clock),
    velocity: { live: velocityStoreOf(redis), test: velocityStoreOf(redis, "test") },
    records: { ...createRecordStore(db.database, currency), ...options.records },
    audit: { log: createAuditLog(db.database, testSealer()) },
    triggers: createTriggers({ database: db.database, currency, hash: TEST_HASH }),
    outbox: {
      send: async (message: OutboxMessage) => {
        sent.push(message);
        return { ok: true, value: undefined };
      },
    },
    log: (event: string, fields: object) => {
      throw new Error(`${event} ${JSON.stringify(fields)}`);
    },
  } as unknown as Services;
  return { services, sent };
}
const move = ({ services }: Mover, shards = ALL, sliceMs?: number) =>
  moveShards(services, { shards, attempts: 1, waitUntil: () => undefined, ...(sliceMs === undefined ? {} : { sliceMs }) });

/** Events of `POST /events`, which get no decision. */
async function fill(name: string, count: number): Promise<string[]> {
  const store = velocityStoreOf(redisClientOf(db.gateways));
  const ids = Array.from({ length: count }, (_, n) => `${name}-${n}`);
  for (let from = 0; from < count; from += 20)
    await Promise.all(
      ids
        .slice(from, from + 20)
        .map((id) =>
          record(store, anEvent({ id, occurredAtMs: Date.now(), dimensions: { client: `c-${id}` }, body: { type: "transaction" } })),
        ),
    );
  return ids.sort();
}
const recorded = async (): Promise<unknown[]> => (await db.rows("select id from events")).map(({ id }) => id).sort();
const waiting = async (mover: Mover): Promise<number> => expectValue(await mover.services.pending.count("live", AMPLE_MS));

test("a backlog that outlasts a run goes on by message, without traffic, until it is empty", async () => {
  const ids = await fill("long", MANY);
  const mover = aMover();
  // The first batch and one batch of each lane use the run up.
  expect(await move(mover, ALL, 0)).toBeLessThanOrEqual(3 * 250);
  let next = mover.sent.shift();
  expect(next).toMatchObject({ kind: "wake" });
  for (let run = 0; next !== undefined && run < 20; run++) {
    if (next.kind !== "wake" || next.shards === undefined) throw new Error(`unexpected message ${next.kind}`);
    // Free at once: the run before gave them back.
    expect(await move(mover, next.shards, 0)).not.toBeNull();
    next = mover.sent.shift();
  }
  expect(await waiting(mover)).toBe(0);
  expect(await recorded()).toEqual(ids);
});

test("two movers at once take different entries, and each entry is recorded once", async () => {
  const ids = await fill("both", MANY);
  const [one, other] = [aMover(), aMover()];
  const moved = await Promise.all([move(one), move(other)]);
  // What one could not lease it leaves to a message.
  for (const message of [...one.sent, ...other.sent])
    if (message.kind === "wake" && message.shards !== undefined) moved.push(await move(one, message.shards));
  expect(moved.reduce((sum, count) => (sum ?? 0) + (count ?? 0), 0)).toBe(MANY);
  expect(await waiting(one)).toBe(0);
  expect(await recorded()).toEqual(ids);
});

test("a mover that dies between recording and clearing loses nothing and doubles nothing", async () => {
  const ids = await fill("killed", 300);
  const store = createRecordStore(db.database, currency);
  const killed = aMover({
    records: {
      record: async (entries, budgetMs) => {
        expectValue(await store.record(entries, budgetMs));
        // From here on nothing it does reaches Redis, not even that it gives its lease back.
        db.gateways.upstash.faults.set([{ kind: "refuse" }]);
        throw new Error("killed");
      },
    },
  });
  await expect(move(killed)).rejects.toThrow("killed");
  db.gateways.upstash.faults.set([]);
  expect(await recorded()).toHaveLength(250);
  const next = aMover();
  expect(await waiting(next)).toBe(300);
  expect(await move(next)).toBe(0);
  const later = aMover({ clock: () => Date.now() + 61_000 });
  expect(await move(later)).toBe(300);
  expect(await waiting(later)).toBe(0);
  expect(await recorded()).toEqual(ids);
});

test("payments of a batch set the statuses of their transactions, the last one winning, with one query for all", async () => {
  const store = velocityStoreOf(redisClientOf(db.gateways));
  const nowMs = Date.now();
  for (const id of ["paid-1", "paid-2"])
    await record(store, anEvent({ id, occurredAtMs: nowMs, dimensions: { client: "payer" }, body: { type: "transaction" } }));
  await record(store, aPayment("p-1", "paid-1", "captured", nowMs + 1));
  await record(store, aPayment("p-2", "paid-2", "declined", nowMs + 2));
  await record(store, aPayment("p-3", "paid-1", "refunded", nowMs + 3));
  const asked: (readonly string[])[] = [];
  const records = createRecordStore(db.database, currency);
  const mover = aMover({
    records: {
      findEvents: (ids, livemode, budgetMs) => {
        asked.push([...ids].sort());
        return records.findEvents(ids, livemode, budgetMs);
      },
    },
  });
  expect(await move(mover)).toBe(5);
  expect(asked).toEqual([["paid-1", "paid-2"]]);
  expect(await db.rows("select id, status from events where id like 'paid%' order by id")).toEqual([
    { id: "paid-1", status: "refunded" },
    { id: "paid-2", status: "declined" },
  ]);
});
