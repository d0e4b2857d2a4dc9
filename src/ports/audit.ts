import type { World } from "../core/access/api-key.ts";
import type { ChainHead } from "../core/audit/chain.ts";
import type { AuditDetails, AuditEntry, AuditTarget } from "../core/audit/entry.ts";
import type { Answer } from "./answer.ts";
import type { StaffChange } from "./staff-writes.ts";

export interface AuditQuery {
  readonly action: string | null;
  readonly actor: string | null;
  /** `kind:id`; finds a personal id too. */
  readonly target: string | null;
  readonly success: boolean | null;
  readonly fromMs: number | null;
  /** Exclusive. */
  readonly toMs: number | null;
  /** Rows before this number: the page after the one that ended with it. */
  readonly beforeSeq: number | null;
  readonly limit: number;
}
export interface AuditRow {
  readonly seq: number;
  readonly id: string;
  readonly atMs: number;
  readonly world: World;
  readonly actor: { readonly id: string; readonly name: string | null; readonly address: string | null };
  readonly role: string | null;
  readonly action: string;
  readonly target: string;
  readonly success: boolean;
  readonly requestId: string;
  readonly details: AuditDetails;
  readonly personal: AuditDetails | null;
  /** Some of its personal data was erased. */
  readonly isErased: boolean;
  readonly hash: string;
}
export interface AuditLog {
  /** Chains a batch in one call; an entry whose id is known is left out, so it may be repeated. */
  append(entries: readonly AuditEntry[], budgetMs: number): Answer<void>;
  /** Newest first. */
  find(query: AuditQuery, budgetMs: number): Answer<readonly AuditRow[]>;
  head(budgetMs: number): Answer<ChainHead>;
  /** The change that erases a person from the log; the chain stays whole. For an actor the kind is `actor`. */
  erasing(person: AuditTarget): Promise<StaffChange>;
}
/** Calls of what is not served, from one network within five minutes. */
export interface UnmatchedCalls {
  readonly slotMs: number;
  /** A keyed digest of the network; `unknown` where there is no address. */
  readonly network: string;
  readonly calls: number;
  /** Those of them that were over a limit. */
  readonly limited: number;
  /** One of them, as the log knows it. */
  readonly requestId: string;
}
/** Counts what strangers try, outside the chain: it grows with networks and time, not with calls. */
export interface UnmatchedStore {
  /** Delivered twice it counts twice: these are figures to look at. */
  add(calls: readonly UnmatchedCalls[], budgetMs: number): Answer<void>;
}
/** Ends of the chain by day (`2026-11-20`, UTC), outside Postgres. */
export interface AuditAnchors {
  put(day: string, head: ChainHead, budgetMs: number): Answer<void>;
  list(budgetMs: number): Answer<readonly (ChainHead & { readonly day: string })[]>;
}
