import { type AuditEntry, withoutCards } from "../core/audit/entry.ts";
import type { UnmatchedCalls } from "../ports/audit.ts";
import type { OutboxQueue } from "../ports/outbox.ts";
import type { WaitUntil } from "./services.ts";

const FLUSH_AFTER_MS = 1_000;
const SEND_BUDGET_MS = 5_000;
/** A queue message holds 128 KB; an entry about 400 bytes. */
const PER_MESSAGE = 100;
const UNMATCHED_SLOT_MS = 5 * 60_000;
const MAX_WAITING = 5_000;
/** A flush that its request took with it is taken over by a later request. */
const FORGOTTEN_AFTER_MS = 5_000;

/** What happened at the surface, on its way to the audit log; staff actions are not here, for they are chained with their change. */
export interface AuditTrail {
  /** Notes an entry after the answer; costs nothing but memory until the second is over. Entries alike in `sameAs` are one, with a count. */
  note(entry: AuditEntry, waitUntil: WaitUntil): void;
  /** Counts a call of what is not served, by its network alone. */
  noteUnmatched(call: UnmatchedCall, waitUntil: WaitUntil): void;
}
export interface UnmatchedCall {
  readonly atMs: number;
  readonly network: string;
  readonly isLimited: boolean;
  readonly requestId: string;
}
export interface AuditTrailDeps {
  readonly outbox: OutboxQueue;
  readonly clock: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly log: (event: string, fields: Readonly<Record<string, string | number>>) => void;
}

/**
 * Gathers entries of an isolate for a second and sends them through the queue, whose consumer chains a batch in one call.
 * A send that fails is tried with the next flush; past `MAX_WAITING` kinds of entry new ones are dropped and the log says how many.
 */
export function createAuditTrail({ outbox, clock, pause, log }: AuditTrailDeps): AuditTrail {
  let waiting = new Map<string, { entry: AuditEntry; count: number }>();
  let unmatched = new Map<string, UnmatchedCalls>();
  let flushBeganMs: number | null = null;
  let dropped = 0;

  async function flush(): Promise<void> {
    await pause(FLUSH_AFTER_MS);
    flushBeganMs = null;
    const taken = [...waiting];
    waiting = new Map();
    const calls = [...unmatched.values()];
    unmatched = new Map();
    for (let at = 0; at < calls.length; at += PER_MESSAGE)
      if (!(await outbox.send({ kind: "unmatched", calls: calls.slice(at, at + PER_MESSAGE) }, 0, SEND_BUDGET_MS)).ok)
        dropped += calls.slice(at, at + PER_MESSAGE).length;
    if (dropped > 0) log("audit_dropped", { entries: dropped });
    dropped = 0;
    for (let at = 0; at < taken.length; at += PER_MESSAGE) {
      const part = taken.slice(at, at + PER_MESSAGE);
      const entries = part.map(([, { entry, count }]) => ({ ...entry, details: { ...entry.details, count } }));
      const sent = await outbox.send({ kind: "audit", entries }, 0, SEND_BUDGET_MS);
      if (!sent.ok) for (const [key, one] of part) waiting.set(key, { ...one, count: one.count + (waiting.get(key)?.count ?? 0) });
    }
  }

  return {
    note(noted, waitUntil) {
      // The queue keeps what it carries.
      const entry = withoutCards(noted);
      const key = sameAs(entry);
      const known = waiting.get(key);
      if (known !== undefined) known.count += 1;
      else if (waiting.size < MAX_WAITING) waiting.set(key, { entry, count: 1 });
      else dropped += 1;
      flushSoon(waitUntil);
    },
    noteUnmatched({ atMs, network, isLimited, requestId }, waitUntil) {
      const slotMs = Math.floor(atMs / UNMATCHED_SLOT_MS) * UNMATCHED_SLOT_MS;
      const key = `${slotMs} ${network}`;
      const known = unmatched.get(key) ?? { slotMs, network, calls: 0, limited: 0, requestId };
      const counted = { ...known, calls: known.calls + 1, limited: known.limited + (isLimited ? 1 : 0) };
      if (unmatched.size < MAX_WAITING || unmatched.has(key)) unmatched.set(key, counted);
      flushSoon(waitUntil);
    },
  };

  function flushSoon(waitUntil: WaitUntil): void {
    const nowMs = clock();
    if (flushBeganMs !== null && nowMs - flushBeganMs < FORGOTTEN_AFTER_MS) return;
    flushBeganMs = nowMs;
    waitUntil(flush());
  }
}

/** The same caller doing the same with the same result within one flush is one row. */
function sameAs({ world, actor, action, target, success, address, details }: AuditEntry): string {
  return JSON.stringify([world, actor.id, action, target.kind, target.id, success, address, details]);
}
