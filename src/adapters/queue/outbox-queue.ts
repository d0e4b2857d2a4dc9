import type { OutboxMessage, OutboxQueue } from "../../ports/outbox.ts";
import { within } from "../time/within.ts";

/** The outbox over a Workers queue. A send past its budget counts as failed, though it may still arrive: entries are idempotent. */
export function createOutboxQueue(queue: Queue<OutboxMessage>): OutboxQueue {
  return {
    send: (message, delaySeconds, budgetMs) =>
      within("queue", budgetMs, async () => {
        await queue.send(message, { contentType: "json", delaySeconds });
      }),
  };
}
