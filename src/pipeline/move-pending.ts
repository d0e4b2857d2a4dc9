import { settledStatus } from "./after-decision.ts";
import { afterRecord } from "./after-record.ts";
import { moveShards } from "./move-shards.ts";
import type { Services, WaitUntil } from "./services.ts";

const BATCH = 100;
const MAX_BATCHES = 50;
const REDIS_BUDGET_MS = 5_000;
const RECORD_BUDGET_MS = 15_000;
/** A run of another mover mostly ends within three seconds. */
const ATTEMPTS = 15;

/**
 * By schedule: moves all pending entries, also those that no message named, such as entries of an isolate that died. One command while nothing waits.
 * Gives the number moved, or null when a store failed.
 */
export async function movePending(services: Services, waitUntil: WaitUntil): Promise<number | null> {
  const inUse = await services.pending.inUse(REDIS_BUDGET_MS);
  return inUse.ok ? moveShards(services, { shards: inUse.value, attempts: ATTEMPTS, waitUntil }) : null;
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
