import type { World } from "../core/access/api-key.ts";
import { StoredDecision } from "../core/decision/answer.ts";
import { awaitsDecision } from "../core/event/event.ts";
import type { RecordEntry } from "../ports/records.ts";
import type { PendingEntry } from "../ports/velocity.ts";
import { settledStatus } from "./after-decision.ts";
import { afterRecord } from "./after-record.ts";
import { recordOrSetAside } from "./record-or-set-aside.ts";
import { recoverDecision } from "./recover-decision.ts";
import type { Services, WaitUntil } from "./services.ts";

const BATCH = 100;
const MAX_BATCHES = 50;
const REDIS_BUDGET_MS = 5_000;
const RECORD_BUDGET_MS = 15_000;
/** A claim without a decision after this long lost its request: it is decided again. */
const ABANDONED_AFTER_MS = 15_000;

/** Moves what Redis holds as pending to Postgres, idempotently, and clears it; gives the number moved, or null when a store failed. */
export async function movePending(services: Services, waitUntil: WaitUntil): Promise<number | null> {
  let moved = 0;
  for (const world of ["live", "test"] as const) {
    for (let batch = 0; batch < MAX_BATCHES; batch++) {
      const count = await moveBatch(services, world, waitUntil);
      if (count === null) return null;
      moved += count;
      if (count < BATCH) break;
    }
  }
  return moved;
}

async function moveBatch(services: Services, world: World, waitUntil: WaitUntil): Promise<number | null> {
  const pending = await services.velocity[world].pending(BATCH, REDIS_BUDGET_MS);
  if (!pending.ok) return null;
  const ready: { entry: PendingEntry; record: RecordEntry }[] = [];
  for (const entry of pending.value) {
    const record = await toRecord(services, world, entry, waitUntil);
    if (record !== null) ready.push({ entry, record });
  }
  if (ready.length === 0) return 0;
  const isRecorded = await recordOrSetAside(
    services,
    ready.map(({ record }) => record),
  );
  if (!isRecorded) return null;
  await applyPayments(services, world, ready);
  const isFollowed = await afterRecord(
    services,
    ready.map(({ record }) => record),
  );
  if (!isFollowed) return null;
  const cleared = await services.velocity[world].clear(
    ready.map(({ entry }) => entry),
    REDIS_BUDGET_MS,
  );
  return cleared.ok ? ready.length : null;
}

/** The entry to record, or null while its decision is still being made. */
async function toRecord(services: Services, world: World, entry: PendingEntry, waitUntil: WaitUntil): Promise<RecordEntry | null> {
  const base = {
    event: entry.event,
    bodyHash: entry.bodyHash,
    receivedAtMs: entry.claimedAtMs,
    livemode: world === "live",
    velocityPending: false,
  };
  if (entry.decision !== null) return { ...base, decision: StoredDecision.parse(JSON.parse(entry.decision)) };
  if (!awaitsDecision(entry.event)) return { ...base, decision: null };
  if (services.clock() - entry.claimedAtMs < ABANDONED_AFTER_MS) return null;
  const decision = await recoverDecision(services, world, entry, waitUntil);
  return decision === null ? null : { ...base, decision };
}

/** A `payment` event may have come before Postgres or the windows knew its transaction: its status is set again here. */
async function applyPayments(services: Services, world: World, ready: readonly { entry: PendingEntry }[]): Promise<void> {
  for (const { entry } of ready) {
    if (entry.event.type !== "payment") continue;
    const transaction = await services.records.findEvent(String(entry.event.body.transaction_id), world === "live", REDIS_BUDGET_MS);
    if (transaction.ok && transaction.value !== null)
      await services.velocity[world].setStatus(transaction.value, entry.event.status, REDIS_BUDGET_MS);
  }
}

/** Appends to the windows what was recorded while Redis was away; the claim makes it count once. */
export async function appendUnconfirmed(services: Services): Promise<number | null> {
  let appended = 0;
  for (let batch = 0; batch < MAX_BATCHES; batch++) {
    const waiting = await services.records.unappended(BATCH, RECORD_BUDGET_MS);
    if (!waiting.ok) return null;
    if (waiting.value.length === 0) return appended;
    for (const world of ["live", "test"] as const) {
      const entries = waiting.value.filter((entry) => entry.livemode === (world === "live"));
      if (entries.length === 0) continue;
      const settled = await services.velocity[world].settleMany(
        entries.map((entry) => ({
          event: entry.event,
          bodyHash: entry.bodyHash,
          token: `append:${entry.event.id}`,
          nowMs: entry.receivedAtMs,
          status: settledStatus(entry.event, entry.decision),
          decision: entry.decision === null ? null : JSON.stringify(entry.decision),
        })),
        RECORD_BUDGET_MS,
      );
      if (!settled.ok || !(await afterRecord(services, entries))) return null;
      const marked = await services.records.markAppended(
        entries.map((entry) => ({ id: entry.event.id, livemode: entry.livemode })),
        RECORD_BUDGET_MS,
      );
      if (!marked.ok) return null;
      appended += entries.length;
    }
  }
  return appended;
}
