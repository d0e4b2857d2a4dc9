import type { World } from "../core/access/api-key.ts";
import type { Erasure, HeldKind, Identifier } from "../core/privacy/erasure.ts";
import type { Answer } from "./answer.ts";
import type { StaffChange } from "./staff-writes.ts";

export interface NewErasure {
  readonly id: string;
  readonly clientId: string;
  /** Keyed digest of the client (`ErasureStore.subjectOf`). */
  readonly subject: string;
  readonly pseudonym: string;
  readonly requestedBy: string;
  readonly requestedAtMs: number;
}
/** An erasure that somebody holds the lease of. */
export interface ErasureWork {
  readonly id: string;
  readonly clientId: string;
  readonly pseudonym: string;
  readonly beforeMs: number;
  /** Where the run before it stopped among the records; null when it did not come so far. */
  readonly place: string | null;
}
/** Erasing a client from Postgres, in steps that may each be repeated; both worlds. */
export interface ErasureStore {
  subjectOf(clientId: string): Promise<string>;
  /** The newest one of a client, by its digest. */
  latest(subject: string, budgetMs: number): Answer<Erasure | null>;
  /** Whether anything in Postgres names this client. */
  isKnown(clientId: string, budgetMs: number): Answer<boolean>;
  /** Stale or taken when one is running already. */
  requesting(erasure: NewErasure): StaffChange;
  /** Takes the lease of one that runs (of `id`, or of any), from whoever let it lapse; null when there is none to take. */
  take(id: string | null, nowMs: number, leaseMs: number, budgetMs: number): Answer<ErasureWork | null>;
  giveBack(work: ErasureWork, budgetMs: number): Answer<void>;
  /** Erases some events of the client with their decisions, and remembers what they named; gives how many, 0 at the end. */
  eraseEvents(work: ErasureWork, limit: number, budgetMs: number): Answer<number>;
  /** Identifiers of which nobody has said whether they are the client's own. */
  unsettled(work: ErasureWork, limit: number, budgetMs: number): Answer<readonly Identifier[]>;
  settle(work: ErasureWork, own: readonly Identifier[], shared: readonly Identifier[], budgetMs: number): Answer<void>;
  /**
   * Everything else that names the client or what is its own, a step a call; gives the place of the next, null at the end. What is held is listed and
   * stays.
   */
  eraseRecords(work: ErasureWork, place: string | null, nowMs: number, budgetMs: number): Answer<string | null>;
  /** What Redis may still hold: the client's own identifiers, without those of held blocks, and recent event ids by world. */
  remembered(work: ErasureWork, budgetMs: number): Answer<Remembered>;
  finish(work: ErasureWork, nowMs: number, budgetMs: number): Answer<void>;
  /** What is held no more: its time is over, or the block, report or record has ended before it. */
  dueHolds(nowMs: number, limit: number, budgetMs: number): Answer<readonly DueHold[]>;
  /** Erases what was held. */
  release(holds: readonly DueHold[], nowMs: number, budgetMs: number): Answer<void>;
}
export interface DueHold {
  readonly erasureId: string;
  readonly kind: HeldKind;
  readonly recordId: string;
  readonly pseudonym: string;
  /** Whose mark in Redis carries it; null when none does. */
  readonly marked: MarkedName | null;
}
export interface MarkedName {
  readonly kind: string;
  readonly value: string;
}
export interface Remembered {
  readonly own: readonly Identifier[];
  /** Whose marks stay, for a block in force is kept; the client itself is `client`. */
  readonly marked: readonly MarkedName[];
  /** Clients whose cached aggregates name the client as a recipient. */
  readonly payers: readonly string[];
  readonly events: readonly { readonly world: World; readonly id: string }[];
}
/** What Redis holds of a client; both worlds. */
export interface ClientMemory {
  /** Whether an event of the client that was claimed up to a time has not reached Postgres. */
  hasPending(clientId: string, beforeMs: number, budgetMs: number): Answer<boolean>;
  /** Those identifiers whose windows name no other client. */
  ownOf(clientId: string, identifiers: readonly Identifier[], budgetMs: number): Answer<readonly Identifier[]>;
  forget(clientId: string, remembered: Remembered, budgetMs: number): Answer<void>;
  forgetMarks(entities: readonly MarkedName[], budgetMs: number): Answer<void>;
  /** For the export. */
  read(clientId: string, budgetMs: number): Answer<readonly MemoryRow[]>;
}
export interface MemoryRow {
  readonly livemode: boolean;
  /** Stored features, cached aggregates and marks as they are stored; of windows a summary. */
  readonly stored_features: unknown;
  readonly cached_aggregates: unknown;
  readonly listed: string | null;
  readonly window: { readonly events: number; readonly first: string | null; readonly last: string | null } | null;
}
/** What Postgres holds of a client, section by section. */
export interface ExportSource {
  readonly sections: readonly string[];
  /** Rows of a section after a place, oldest first. */
  page(section: string, clientId: string, after: string | null, limit: number, budgetMs: number): Answer<ExportPage>;
}
export interface ExportPage {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
}
/** What a client agreed to or refused. */
export interface Consent {
  readonly clientId: string;
  readonly livemode: boolean;
  /** `profiling`, `marketing`…: the shop's own names. */
  readonly purpose: string;
  readonly isGranted: boolean;
  readonly givenAtMs: number;
  /** Where it was given: `checkout`, `support`. */
  readonly source: string;
}
export interface ConsentStore {
  /** Adds to the history; the same again is the same. */
  put(consents: readonly Consent[], budgetMs: number): Answer<void>;
}
/** Retention, table by table. */
export interface RetentionStore {
  /** Takes away some rows of a table that are older than its rule says; gives how many. */
  expire(table: string, beforeMs: number, limit: number, budgetMs: number): Answer<number>;
}
