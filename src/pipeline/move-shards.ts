import type { World } from "../core/access/api-key.ts";
import { readStoredDecision } from "../core/decision/answer.ts";
import { awaitsDecision } from "../core/event/event.ts";
import type { Shards } from "../ports/pending.ts";
import type { RecordEntry } from "../ports/records.ts";
import type { PendingEntry } from "../ports/velocity.ts";
import { afterRecord } from "./after-record.ts";
import { recordOrSetAside } from "./record-or-set-aside.ts";
import { recoverDecision } from "./recover-decision.ts";
import type { Services, WaitUntil } from "./services.ts";

const BATCH = 250;
/** A backlog is moved by two at once: while one reads from Redis, Postgres works for the other. */
const LANES = 2;
/** How long one run keeps its consumer; what is left then goes on with a message of its own. */
const SLICE_MS = 20_000;
const REDIS_BUDGET_MS = 5_000;
const SEND_BUDGET_MS = 2_000;
/** Shards that another mover has are asked for again after this long. */
const AGAIN_AFTER_SECONDS = 2;
/** A claim without a decision after this long lost its request: it is decided again. */
const ABANDONED_AFTER_MS = 15_000;
const NONE: Shards = { live: [], test: [] };

export interface Move {
  readonly shards: Shards;
  /** How often a lease that another mover has is asked for again, 200 ms apart, before the shards are left to a later message. */
  readonly attempts: number;
  readonly waitUntil: WaitUntil;
  /** How long the run may take before it leaves the rest to a message; 20 seconds unless given. A batch that began is finished. */
  readonly sliceMs?: number;
}

/**
 * Moves what waits in some shards to Postgres, idempotently, and clears it; gives the number moved, or null when a store failed.
 * The shards are leased, so movers that run at once work on different entries.
 */
export async function moveShards(services: Services, { shards, attempts, waitUntil, sliceMs = SLICE_MS }: Move): Promise<number | null> {
  let moved = 0;
  let isWhole = true;
  for (const world of ["live", "test"] as const) {
    const wanted = shards[world];
    if (wanted.length === 0) continue;
    const token = services.newId();
    const leased = await leaseShards(services, world, { wanted, attempts, token });
    if (leased === null) return null;
    let done: Progress | null = null;
    try {
      done = await drain(services, world, leased, { waitUntil, sliceMs });
    } finally {
      // A lease that is not given back ends by itself.
      if (leased.length > 0) await services.pending.lease(world, [], token, REDIS_BUDGET_MS);
    }
    if (done === null) isWhole = false;
    else moved += done.moved;
    // After the lease, so that who takes the message finds the shards free.
    if (done?.isMore) await wakeAgain(services, { ...NONE, [world]: leased }, 0);
    const taken = wanted.filter((shard) => !leased.includes(shard));
    if (taken.length > 0) await wakeAgain(services, { ...NONE, [world]: taken }, AGAIN_AFTER_SECONDS);
  }
  return isWhole ? moved : null;
}

async function leaseShards(
  { pending }: Services,
  world: World,
  { wanted, attempts, token }: { readonly wanted: readonly number[]; readonly attempts: number; readonly token: string },
): Promise<readonly number[] | null> {
  for (let attempt = 1; ; attempt++) {
    const leased = await pending.lease(world, wanted, token, REDIS_BUDGET_MS);
    if (!leased.ok) return null;
    if (leased.value.length === wanted.length || attempt >= attempts) return leased.value;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function wakeAgain({ outbox }: Services, shards: Shards, delaySeconds: number): Promise<void> {
  await outbox.send({ kind: "wake", shards }, delaySeconds, SEND_BUDGET_MS);
}

interface Progress {
  readonly moved: number;
  readonly isMore: boolean;
}

/** Moves all there is, one batch after the other; a backlog in lanes of different shards. */
async function drain(
  services: Services,
  world: World,
  shards: readonly number[],
  { waitUntil, sliceMs }: Required<Pick<Move, "waitUntil" | "sliceMs">>,
): Promise<Progress | null> {
  const endMs = services.clock() + sliceMs;
  const first = await moveBatch(services, world, shards, waitUntil);
  if (first === null || !first.isMore) return first;
  const lanes = Array.from({ length: LANES }, (_, lane) => shards.filter((__, index) => index % LANES === lane));
  const done = await Promise.all(
    lanes.map(async (lane): Promise<Progress | null> => {
      let moved = 0;
      for (;;) {
        if (lane.length === 0) return { moved, isMore: false };
        const batch = await moveBatch(services, world, lane, waitUntil);
        if (batch === null) return null;
        moved += batch.moved;
        if (!batch.isMore || services.clock() >= endMs) return { moved, isMore: batch.isMore };
      }
    }),
  );
  let { moved } = first;
  for (const lane of done) {
    if (lane === null) return null;
    moved += lane.moved;
  }
  return { moved, isMore: done.some((lane) => lane?.isMore) };
}

async function moveBatch(services: Services, world: World, shards: readonly number[], waitUntil: WaitUntil): Promise<Progress | null> {
  const pending = await services.velocity[world].pending(BATCH, REDIS_BUDGET_MS, shards);
  if (!pending.ok) return null;
  const ready: { entry: PendingEntry; record: RecordEntry }[] = [];
  for (const entry of pending.value) {
    const record = await toRecord(services, world, entry, waitUntil);
    if (record !== null) ready.push({ entry, record });
  }
  if (ready.length === 0) return { moved: 0, isMore: false };
  const records = ready.map(({ record }) => record);
  if (!(await recordOrSetAside(services, records))) return null;
  await applyPayments(services, world, ready);
  if (!(await afterRecord(services, records))) return null;
  const cleared = await services.velocity[world].clear(
    ready.map(({ entry }) => entry),
    REDIS_BUDGET_MS,
  );
  return cleared.ok ? { moved: ready.length, isMore: pending.value.length === BATCH } : null;
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
  const stored = entry.decision === null ? null : readStoredDecision(entry.decision);
  if (stored !== null) return { ...base, decision: stored };
  if (!awaitsDecision(entry.event)) return { ...base, decision: null };
  if (services.clock() - entry.claimedAtMs < ABANDONED_AFTER_MS) return null;
  const decision = await recoverDecision(services, world, entry, waitUntil);
  return decision === null ? null : { ...base, decision };
}

/** A `payment` event may have come before Postgres or the windows knew its transaction: its status is set again here. */
async function applyPayments(services: Services, world: World, ready: readonly { entry: PendingEntry }[]): Promise<void> {
  const payments = ready.flatMap(({ entry: { event } }) =>
    event.type === "payment" ? [{ id: String(event.body.transaction_id), status: event.status }] : [],
  );
  if (payments.length === 0) return;
  const ids = [...new Set(payments.map(({ id }) => id))];
  const transactions = await services.records.findEvents(ids, world === "live", REDIS_BUDGET_MS);
  if (!transactions.ok) return;
  const changes = payments.flatMap(({ id, status }) => {
    const transaction = transactions.value.get(id);
    return transaction === undefined ? [] : [{ transaction, status }];
  });
  await services.velocity[world].setStatuses(changes, REDIS_BUDGET_MS);
}
