import type { Dimension } from "./entity.ts";

export const EVENT_TYPES = ["register", "login", "transaction", "payment", "profile_change", "click", "conversion"] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const TRANSACTION_TYPES = ["PAYMENT", "TRANSFER", "CASH_OUT", "CASH_IN", "DEBIT"] as const;
export type TransactionType = (typeof TRANSACTION_TYPES)[number];

/** What became of an event. A transaction enters as `attempted`; the decision (`blocked`) and `payment` events change it. Sums and statistics leave out `blocked` and `declined`. */
export const EVENT_STATUSES = [
  "attempted",
  "blocked",
  "authorized",
  "declined",
  "captured",
  "refunded",
  "chargeback",
  "success",
  "failed",
] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

/**
 * One event after parsing: the only form the pipeline knows.
 * Money is integer minor units of the deployment's currency; times are epoch milliseconds.
 */
export interface CanonicalEvent {
  /** `transaction_id` or event `id`: one shared space. */
  readonly id: string;
  /** Stage of a transaction ("" when the caller named none). The key of a call is `id` + `stage`. */
  readonly stage: string;
  readonly type: EventType;
  readonly transactionType: TransactionType | null;
  readonly occurredAtMs: number;
  readonly status: EventStatus;
  readonly amountMinor: number | null;
  /** Canonical text of each dimension the event has: IPv4, IPv6 as its /64 for counting, lower-case e-mail, …; absent ones are left out. */
  readonly dimensions: Readonly<Partial<Record<Dimension, string>>>;
  readonly latitude: number | null;
  readonly longitude: number | null;
  /** The normalised body in the checkout's spelling (api.md), for `field` features and the record; money in it is major units of the deployment's currency. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Whether an event came through `analyze` and so must end with a decision; one of `POST /events` never gets one. */
export function awaitsDecision(event: CanonicalEvent): boolean {
  return event.type === "transaction" && event.body.type !== "transaction";
}
