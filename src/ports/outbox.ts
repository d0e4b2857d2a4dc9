import type { AuditEntry } from "../core/audit/entry.ts";
import type { RefusalBatch } from "../core/gate/refusal.ts";
import type { Answer } from "./answer.ts";
import type { UnmatchedCalls } from "./audit.ts";
import type { Shards } from "./pending.ts";
import type { RecordEntry } from "./records.ts";

export type OutboxMessage =
  /** Redis has pending entries in these shards: move them. Version 0.1 names none and means all. */
  | { readonly kind: "wake"; readonly shards?: Shards }
  /** Webhooks are due: deliver them. */
  | { readonly kind: "webhooks" }
  /** Both stores were down: the entry itself. */
  | { readonly kind: "entry"; readonly entry: RecordEntry }
  /** A backtest goes on. */
  | { readonly kind: "backtest"; readonly id: string }
  /** What the gate refused. */
  | { readonly kind: "refusals"; readonly batch: RefusalBatch }
  /** Calls of what is not served, to be counted. */
  | { readonly kind: "unmatched"; readonly calls: readonly UnmatchedCalls[] }
  /** What happened at the surface, to be chained. */
  | { readonly kind: "audit"; readonly entries: readonly AuditEntry[] };
export interface OutboxQueue {
  send(message: OutboxMessage, delaySeconds: number, budgetMs: number): Answer<void>;
}
