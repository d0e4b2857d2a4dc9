import type { AuditEntry } from "../core/audit/entry.ts";
import { RefusalBatch } from "../core/gate/refusal.ts";
import type { OutboxMessage } from "../ports/outbox.ts";
import type { RecordEntry } from "../ports/records.ts";
import { runBacktest } from "./backtest/run-backtest.ts";
import { appendUnconfirmed, movePending } from "./move-pending.ts";
import { moveShards } from "./move-shards.ts";
import { recordOrSetAside } from "./record-or-set-aside.ts";
import type { Services, WaitUntil } from "./services.ts";
import { deliverWebhooks } from "./webhooks/deliver-webhooks.ts";

const RECORD_BUDGET_MS = 15_000;

export interface Delivered {
  readonly body: OutboxMessage;
  ack(): void;
  retry(options: { delaySeconds: number }): void;
}

/** The consumer: entries and audit rows that came through the queue itself go to Postgres; wakes name what Redis has to move. */
export async function consumeOutbox(services: Services, messages: readonly Delivered[], waitUntil: WaitUntil): Promise<void> {
  const entries: RecordEntry[] = [];
  const happened: AuditEntry[] = [];
  const batches: RefusalBatch[] = [];
  for (const { body } of messages) {
    if (body.kind === "entry") entries.push(body.entry);
    if (body.kind === "audit") happened.push(...body.entries);
    if (body.kind === "refusals") batches.push(body.batch);
  }
  const strangers = messages.flatMap(({ body }) => (body.kind === "unmatched" ? body.calls : []));
  const isCounted = (await services.audit.unmatched.add(strangers, RECORD_BUDGET_MS)).ok;
  const isRecorded = await recordOrSetAside(services, entries);
  const isChained = (await services.audit.log.append(happened, RECORD_BUDGET_MS)).ok;
  const areKept = await keepRefusals(services, batches);
  // A backtest that is lost here is taken up by the schedule.
  const isDone = {
    ...{ wake: true, webhooks: true, backtest: true, entry: isRecorded },
    ...{ audit: isChained, unmatched: isCounted, refusals: areKept },
  };
  for (const message of messages) {
    if (isDone[message.body.kind]) message.ack();
    else message.retry({ delaySeconds: 10 });
  }
  // Beside the rest: strangers may take their time.
  if (messages.some(({ body }) => body.kind === "webhooks")) waitUntil(deliverWebhooks(services));
  if (!isRecorded) return;
  const moved = await moveNamed(services, messages, waitUntil);
  if (entries.length > 0) await appendUnconfirmed(services);
  if (moved !== null && moved > 0) services.log("outbox_moved", { entries: moved });
  const backtests = new Set(messages.flatMap(({ body }) => (body.kind === "backtest" ? [body.id] : [])));
  for (const id of backtests) await runBacktest(services, id);
}

/** Moves what the wakes among the messages name; one of version 0.1 names no shards and means all. */
function moveNamed(services: Services, messages: readonly Delivered[], waitUntil: WaitUntil): Promise<number | null> {
  const live = new Set<number>();
  const test = new Set<number>();
  for (const { body } of messages) {
    if (body.kind !== "wake") continue;
    if (body.shards === undefined) return movePending(services, waitUntil);
    for (const shard of body.shards.live) live.add(shard);
    for (const shard of body.shards.test) test.add(shard);
  }
  return moveShards(services, { shards: { live: [...live], test: [...test] }, attempts: 1, waitUntil });
}

/** A batch that is none, which another release may send, is left out. */
async function keepRefusals({ refusals }: Services, batches: readonly RefusalBatch[]): Promise<boolean> {
  let areKept = true;
  for (const given of batches) {
    const batch = RefusalBatch.safeParse(given);
    if (batch.success) areKept = (await refusals.keep(batch.data, RECORD_BUDGET_MS)).ok && areKept;
  }
  return areKept;
}

/** What no retry could bring home is kept where people look. */
export async function keepDeadLetters(services: Services, messages: readonly Delivered[]): Promise<void> {
  for (const message of messages) {
    const { body } = message;
    if (body.kind === "unmatched") {
      // Figures of strangers: not worth a letter.
      message.ack();
      continue;
    }
    // The audit log takes what comes late; among the dead letters its personal data would lie in clear.
    const kept =
      body.kind === "audit"
        ? await services.audit.log.append(body.entries, RECORD_BUDGET_MS)
        : await services.records.addDeadLetter(JSON.stringify(body), "retries exhausted", RECORD_BUDGET_MS);
    if (kept.ok) message.ack();
    else message.retry({ delaySeconds: 300 });
  }
}
