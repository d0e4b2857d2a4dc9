import type { AuditEntry } from "../core/audit/entry.ts";
import type { OutboxMessage } from "../ports/outbox.ts";
import type { RecordEntry } from "../ports/records.ts";
import { runBacktest } from "./backtest/run-backtest.ts";
import { appendUnconfirmed, movePending } from "./move-pending.ts";
import { recordOrSetAside } from "./record-or-set-aside.ts";
import type { Services, WaitUntil } from "./services.ts";
import { deliverWebhooks } from "./webhooks/deliver-webhooks.ts";

const RECORD_BUDGET_MS = 15_000;

export interface Delivered {
  readonly body: OutboxMessage;
  ack(): void;
  retry(options: { delaySeconds: number }): void;
}

/** The consumer: entries and audit rows that came through the queue itself go to Postgres; any message means that Redis has something to move. */
export async function consumeOutbox(services: Services, messages: readonly Delivered[], waitUntil: WaitUntil): Promise<void> {
  const entries: RecordEntry[] = [];
  const happened: AuditEntry[] = [];
  for (const { body } of messages) {
    if (body.kind === "entry") entries.push(body.entry);
    if (body.kind === "audit") happened.push(...body.entries);
  }
  const isRecorded = await recordOrSetAside(services, entries);
  const isChained = (await services.audit.log.append(happened, RECORD_BUDGET_MS)).ok;
  // A backtest that is lost here is taken up by the schedule.
  const isDone = { wake: true, webhooks: true, backtest: true, entry: isRecorded, audit: isChained };
  for (const message of messages) {
    if (isDone[message.body.kind]) message.ack();
    else message.retry({ delaySeconds: 10 });
  }
  // Beside the rest: strangers may take their time.
  if (messages.some(({ body }) => body.kind === "webhooks")) waitUntil(deliverWebhooks(services));
  if (!isRecorded) return;
  const moved = await movePending(services, waitUntil);
  if (entries.length > 0) await appendUnconfirmed(services);
  if (moved !== null && moved > 0) services.log("outbox_moved", { entries: moved });
  const backtests = new Set(messages.flatMap(({ body }) => (body.kind === "backtest" ? [body.id] : [])));
  for (const id of backtests) await runBacktest(services, id);
}

/** What no retry could bring home is kept where people look. */
export async function keepDeadLetters(services: Services, messages: readonly Delivered[]): Promise<void> {
  for (const message of messages) {
    const { body } = message;
    // The audit log takes what comes late; among the dead letters its personal data would lie in clear.
    const kept =
      body.kind === "audit"
        ? await services.audit.log.append(body.entries, RECORD_BUDGET_MS)
        : await services.records.addDeadLetter(JSON.stringify(body), "retries exhausted", RECORD_BUDGET_MS);
    if (kept.ok) message.ack();
    else message.retry({ delaySeconds: 300 });
  }
}
