import type { World } from "../core/access/api-key.ts";
import type { StoredDecision } from "../core/decision/answer.ts";
import type { CanonicalEvent, EventStatus } from "../core/event/event.ts";
import type { RecordEntry } from "../ports/records.ts";
import type { Settlement } from "../ports/velocity.ts";
import type { Deadline } from "./budget.ts";
import type { Services, WaitUntil } from "./services.ts";

const SETTLE_BUDGET_MS = 2_000;
const RECORD_BUDGET_MS = 5_000;
const SEND_BUDGET_MS = 5_000;

export interface Finished {
  readonly world: World;
  readonly event: CanonicalEvent;
  readonly bodyHash: string;
  readonly token: string;
  readonly receivedAtMs: number;
  /** Null for an event that is recorded without a decision. */
  readonly decision: StoredDecision | null;
}

/**
 * D8: makes what was answered durable, after the response. Redis (claim, windows, pending set) and a wake for the consumer;
 * without Redis straight to Postgres; without both the queue keeps the entry itself. False when nothing took it.
 * Entries of one call share a world; entries of several calls go together (`createGathering`).
 */
export async function makeManyDurable(services: Services, finished: readonly Finished[]): Promise<boolean> {
  const [first] = finished;
  if (first === undefined) return true;
  const settled = await services.velocity[first.world].settleMany(finished.map(settlementOf), SETTLE_BUDGET_MS);
  if (settled.ok) {
    await services.wake(
      first.world,
      finished.map(({ event }) => event.id),
    );
    return true;
  }
  return recordWithoutRedis(services, finished.map(entryOf));
}

/**
 * Makes one decision durable after its response, together with others of the isolate. A block is settled before its answer, within what is left of the
 * deadline: the next decision on the same entities must find its status.
 */
export async function settleDecision(
  services: Services,
  finished: Finished,
  { deadline, waitUntil }: { readonly deadline: Deadline; readonly waitUntil: WaitUntil },
): Promise<void> {
  const settlement = settlementOf(finished);
  if (settlement.status !== finished.event.status) {
    const settled = await services.velocity[finished.world].settle(settlement, deadline.allow(services.budgets.velocityMs));
    if (settled.ok) {
      waitUntil(services.wake(finished.world, [finished.event.id]));
      return;
    }
  }
  services.settlements[finished.world].add(finished, { waitUntil, send: (entries) => makeManyDurable(services, entries) });
}

function settlementOf({ event, bodyHash, token, receivedAtMs, decision }: Finished): Settlement {
  return {
    event,
    bodyHash,
    token,
    nowMs: receivedAtMs,
    status: settledStatus(event, decision),
    decision: decision === null ? null : JSON.stringify(decision),
  };
}

/** What a decision makes of its event: only a block changes the status before the payment does. */
export function settledStatus(event: CanonicalEvent, decision: StoredDecision | null): EventStatus {
  return decision?.answer.outcome === "block" ? "blocked" : event.status;
}

/** The way of an entry that Redis did not take: Postgres, else the queue. */
export async function recordWithoutRedis(services: Services, entries: readonly RecordEntry[]): Promise<boolean> {
  const recorded = await services.records.record(entries, RECORD_BUDGET_MS);
  if (recorded.ok) return true;
  let taken = true;
  for (const entry of entries) {
    const sent = await services.outbox.send({ kind: "entry", entry }, 0, SEND_BUDGET_MS);
    if (!sent.ok) {
      taken = false;
      services.log("entry_lost", { transaction_id: entry.event.id, reason: sent.error.reason });
    }
  }
  return taken;
}

export function entryOf(finished: Finished): RecordEntry {
  return {
    event: finished.event,
    bodyHash: finished.bodyHash,
    receivedAtMs: finished.receivedAtMs,
    livemode: finished.world === "live",
    decision: finished.decision,
    velocityPending: true,
  };
}
