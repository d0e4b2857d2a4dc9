import type { StoredDecision } from "../core/decision/answer.ts";
import type { CanonicalEvent } from "../core/event/event.ts";
import type { Answer } from "./answer.ts";

/** One event with its decision on its way to Postgres. */
export interface RecordEntry {
  readonly event: CanonicalEvent;
  readonly bodyHash: string;
  readonly receivedAtMs: number;
  readonly livemode: boolean;
  readonly decision: StoredDecision | null;
  /** Redis never confirmed that the windows have it. */
  readonly velocityPending: boolean;
}
export const LABELS = ["fraud", "legitimate", "chargeback"] as const;
export type Label = (typeof LABELS)[number];
export interface LabelRecord {
  readonly decisionId: string;
  readonly label: Label;
  readonly source: string;
  readonly labelledAtMs: number;
  readonly by: string;
}
export interface Stats {
  readonly totalPredictions: number;
  readonly fraudDetected: number;
  readonly lastPredictionMs: number | null;
}
export interface RecordStore {
  /** Inserts events, decisions and counters idempotently, all in one statement. */
  record(entries: readonly RecordEntry[], budgetMs: number): Answer<void>;
  /** By decision id, or transaction id and stage (the latest stage when null). */
  findDecision(id: string, stage: string | null, livemode: boolean, budgetMs: number): Answer<StoredDecision | null>;
  findEvent(id: string, livemode: boolean, budgetMs: number): Answer<CanonicalEvent | null>;
  /** The events of a world that have one of these ids, by id, in one statement. */
  findEvents(ids: readonly string[], livemode: boolean, budgetMs: number): Answer<ReadonlyMap<string, CanonicalEvent>>;
  putLabel(label: LabelRecord, budgetMs: number): Answer<void>;
  latestLabel(decisionId: string, budgetMs: number): Answer<LabelRecord | null>;
  putProfile(
    clientId: string,
    values: Readonly<Record<string, string | number | boolean>>,
    livemode: boolean,
    budgetMs: number,
  ): Answer<void>;
  stats(livemode: boolean, budgetMs: number): Answer<Stats>;
  /** Events whose velocity append was never confirmed. */
  unappended(limit: number, budgetMs: number): Answer<readonly RecordEntry[]>;
  markAppended(events: readonly { readonly id: string; readonly livemode: boolean }[], budgetMs: number): Answer<void>;
  addDeadLetter(text: string, reason: string, budgetMs: number): Answer<void>;
}
