import type { AuditEntry } from "../core/audit/entry.ts";
import type { Answer } from "./answer.ts";
import type { RecordEntry } from "./records.ts";

export type OutboxMessage =
  /** Redis has pending entries: move them. */
  | { readonly kind: "wake" }
  /** Webhooks are due: deliver them. */
  | { readonly kind: "webhooks" }
  /** Both stores were down: the entry itself. */
  | { readonly kind: "entry"; readonly entry: RecordEntry }
  /** A backtest goes on. */
  | { readonly kind: "backtest"; readonly id: string }
  /** What happened at the surface, to be chained. */
  | { readonly kind: "audit"; readonly entries: readonly AuditEntry[] };
export interface OutboxQueue {
  send(message: OutboxMessage, delaySeconds: number, budgetMs: number): Answer<void>;
}
