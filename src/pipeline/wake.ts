import type { OutboxQueue } from "../ports/outbox.ts";

const EVERY_MS = 1_000;
const SEND_BUDGET_MS = 2_000;

/**
 * Wakes who delivers webhooks, through the queue. One message a second per isolate is enough: it is delivered a second later, and everything due goes
 * out then; the schedule sweeps what a lost message left.
 */
export function createWake(outbox: OutboxQueue, clock: () => number): () => Promise<void> {
  let sentAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const nowMs = clock();
    if (nowMs - sentAtMs < EVERY_MS) return;
    sentAtMs = nowMs;
    await outbox.send({ kind: "webhooks" }, 1, SEND_BUDGET_MS);
  };
}
