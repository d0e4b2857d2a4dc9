import type { EntityKind } from "../core/event/entity.ts";
import type { CanonicalEvent, EventStatus } from "../core/event/event.ts";
import type { Limited } from "../core/limits/limited.ts";
import type { Standing } from "../core/limits/verdict.ts";
import type { LogReads, PackedLog } from "../core/velocity/column-layout.ts";
import type { LogRole } from "../core/velocity/history-group.ts";
import type { Answer } from "./answer.ts";
import type { Pointer } from "./configuration.ts";

export interface ClaimRequest {
  readonly event: CanonicalEvent;
  /** Keyed hash of the body without its timestamp. */
  readonly bodyHash: string;
  /** Made once per call, kept over its retries: a claim that carries it is this call's own. */
  readonly token: string;
  readonly nowMs: number;
  /** `record` claims the event and appends it; `peek` reads the same and changes nothing (dry run). */
  readonly mode: "record" | "peek";
  readonly budgetMs: number;
  /** What the call counts in before anything else; with one of them used up nothing is claimed. */
  readonly limited?: readonly Limited[];
  /** Histories in another role that a feature reads (`FeatureCatalogue.roles`). */
  readonly roles?: readonly LogRole[];
  /** What is read of the logs (`FeatureCatalogue.logReads`); left out: everything. */
  readonly reads?: LogReads;
}
export interface ClaimReply {
  readonly claim:
    | { readonly kind: "new"; readonly firstSeenMs: number }
    /** The same id was seen before: its decision as stored text, or null while it is in flight. */
    | { readonly kind: "repeat"; readonly sameBody: boolean; readonly firstSeenMs: number; readonly decision: string | null }
    /** Over a limit: nothing was written. */
    | { readonly kind: "refused" };
  /** How the call's limits stand, in their order; not there when an earlier try of this call was counted. */
  readonly standings?: readonly Standing[];
  /** Packed logs as they were before this event, by entity; an entity without history has none. */
  readonly logs: Partial<Readonly<Record<EntityKind, PackedLog>>>;
  /** The logs of `roles`, by `by>as`. */
  readonly roles?: Readonly<Partial<Record<`${EntityKind}>${EntityKind}`, PackedLog>>>;
  /** Cached aggregates as stored text, by entity. */
  readonly aggregates: { readonly client: string | null; readonly dest: string | null };
  /** This caller was given the lease to refresh the aggregates after the response. */
  readonly refreshLease: boolean;
  /** FeatureStoreLookup values by entity kind, as stored text. */
  readonly store: Partial<Readonly<Record<EntityKind, string>>>;
  readonly pointer: Pointer | null;
  /** Block and whitelist entries that name an entity itself (`core/lists/mark.ts`), as stored text. */
  readonly marks: Partial<Readonly<Record<EntityKind, string>>>;
  /** The risk score of the event's address, 0 to 100; null for one that has none. */
  readonly addressRisk: number | null;
  /** What holds back blocks (`core/decision/block-guard.ts`), as stored text. */
  readonly guard: string | null;
}
export interface Settlement {
  readonly event: CanonicalEvent;
  readonly bodyHash: string;
  readonly token: string;
  readonly nowMs: number;
  readonly status: EventStatus;
  /** The decision as stored text; null for an event that is recorded without one. */
  readonly decision: string | null;
}
/** A claimed event that waits for its move to Postgres. */
export interface PendingEntry {
  readonly id: string;
  readonly stage: string;
  readonly claimedAtMs: number;
  readonly event: CanonicalEvent;
  readonly bodyHash: string;
  readonly decision: string | null;
  /** False while its call may still be deciding; an event recorded without a decision is settled with none. */
  readonly isSettled: boolean;
}
/** An entry that Postgres has; with its event and decision its claim can shrink to the answer. */
export type ClearedEntry = Pick<PendingEntry, "id" | "stage"> & Partial<Pick<PendingEntry, "event" | "decision">>;

export interface StatusChange {
  readonly transaction: CanonicalEvent;
  readonly status: EventStatus;
}

export interface VelocityStore {
  /** Claims, appends and reads in one round trip. Safe to call again with the same token. */
  claim(request: ClaimRequest): Answer<ClaimReply>;
  /** The same for many events, in order, in as few requests as size allows: each sees the earlier ones. One budget for all. */
  claimMany(requests: readonly ClaimRequest[], budgetMs: number): Answer<readonly ClaimReply[]>;
  /** Reads back the decision of a repeated call that is still in flight. */
  decisionOf(id: string, stage: string, budgetMs: number): Answer<{ readonly known: boolean; readonly decision: string | null }>;
  /** The event a claim holds, for `payment` events that name it. */
  eventOf(id: string, budgetMs: number): Answer<CanonicalEvent | null>;
  /** Adds the decision to the claim and the status to every log; claims and appends first what was never claimed. Idempotent. */
  settle(settlement: Settlement, budgetMs: number): Answer<void>;
  /** The same for many, in as few requests as size allows. */
  settleMany(settlements: readonly Settlement[], budgetMs: number): Answer<void>;
  /** Sets the status of a transaction in the logs of the entities it touched (from `payment` events). */
  setStatus(transaction: CanonicalEvent, status: EventStatus, budgetMs: number): Answer<void>;
  /** The same for many, in order and in one request. */
  setStatuses(changes: readonly StatusChange[], budgetMs: number): Answer<void>;
  /** Moves what claims appended into columns where enough has come together; cheap when nothing has. After the response. */
  tidy(budgetMs: number): Answer<void>;
  /** The oldest pending entries of the given shards, of all when none are given. */
  pending(limit: number, budgetMs: number, shards?: readonly number[]): Answer<readonly PendingEntry[]>;
  /** Takes entries out of the pending set once Postgres has them. */
  clear(entries: readonly ClearedEntry[], budgetMs: number): Answer<void>;
  /** Writes the cached aggregates of an entity and gives back the lease. */
  cacheAggregates(entity: "client" | "dest", id: string, text: string, budgetMs: number): Answer<void>;
  /** Forgets the cached aggregates of an entity. */
  dropAggregates(entity: "client" | "dest", id: string, budgetMs: number): Answer<void>;
  /** FeatureStoreLookup: what `PUT /api/v1/features/{entity}/{id}` writes; values are JSON scalars. */
  putStored(entity: EntityKind, id: string, values: Readonly<Record<string, string | number | boolean>>, budgetMs: number): Answer<void>;
}
