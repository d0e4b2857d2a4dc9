import type { World } from "../core/access/api-key.ts";
import type { OutboxQueue } from "../ports/outbox.ts";

const GATHER_MS = 1_000;
const SEND_BUDGET_MS = 2_000;
/** A gathering whose request took it along is taken over by a later request. */
const FORGOTTEN_AFTER_MS = 5_000;

export interface MoverWakeDeps {
  readonly outbox: OutboxQueue;
  readonly shardOf: (id: string) => number;
  readonly clock: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

/**
 * Tells the mover in which shards events wait: one message a second per isolate, sent by the first request of that second under its `waitUntil`;
 * later ones leave their shards. What a lost message named is found by the schedule within a minute.
 */
export function createMoverWake({ outbox, shardOf, clock, pause }: MoverWakeDeps): (world: World, ids: readonly string[]) => Promise<void> {
  const waiting = { live: new Set<number>(), test: new Set<number>() };
  let beganMs: number | null = null;
  return async (world, ids) => {
    for (const id of ids) waiting[world].add(shardOf(id));
    const nowMs = clock();
    if (beganMs !== null && nowMs - beganMs < FORGOTTEN_AFTER_MS) return;
    beganMs = nowMs;
    await pause(GATHER_MS);
    beganMs = null;
    const shards = { live: [...waiting.live], test: [...waiting.test] };
    waiting.live.clear();
    waiting.test.clear();
    if (shards.live.length + shards.test.length === 0) return;
    const sent = await outbox.send({ kind: "wake", shards }, 0, SEND_BUDGET_MS);
    if (sent.ok) return;
    for (const shard of shards.live) waiting.live.add(shard);
    for (const shard of shards.test) waiting.test.add(shard);
  };
}
