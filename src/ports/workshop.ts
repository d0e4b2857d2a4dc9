import type { Dependent } from "../core/rules/edit/dependents.ts";
import type { Answer } from "./answer.ts";
import type { StaffChange } from "./staff-writes.ts";

/** The one draft that everybody edits. */
export interface DraftRecord {
  readonly version: number;
  /** The `seq` it was made from; 0 before anything was published. */
  readonly baseSeq: number;
  /** A `RuleSources` as JSON. */
  readonly text: string;
  /** It differs from the version it was made from. */
  readonly isEdited: boolean;
  /** A name; an id where there is none. */
  readonly updatedBy: string;
  readonly updatedAtMs: number;
}
export interface DraftStore {
  /** Null before the first edit or publish. */
  read(budgetMs: number): Answer<DraftRecord | null>;
  /** The change to the next version; stale when the draft no longer has the one before. Version 1 is the first. */
  replacing(next: DraftRecord): StaffChange;
}

export const APPROVAL_STATES = ["pending", "approved", "rejected"] as const;
/** A set of rules that waits for another person than its author (`policy.requireApproval`). */
export interface ApprovalRecord {
  readonly id: string;
  readonly state: (typeof APPROVAL_STATES)[number];
  /** The `seq` that was live when it was asked for. */
  readonly baseSeq: number;
  /** The exact `RuleSources` as JSON. */
  readonly text: string;
  readonly message: string;
  readonly author: { readonly id: string; readonly name: string };
  readonly createdAtMs: number;
  readonly decidedBy: { readonly id: string; readonly name: string } | null;
  readonly decidedAtMs: number | null;
  readonly note: string;
  /** The version it became. */
  readonly seq: number | null;
}
export interface ApprovalStore {
  /** Newest first, without their texts, at most 200. */
  list(state: ApprovalRecord["state"] | null, budgetMs: number): Answer<readonly Omit<ApprovalRecord, "text">[]>;
  byId(id: string, budgetMs: number): Answer<ApprovalRecord | null>;
  requesting(approval: ApprovalRecord): StaffChange;
  /** The change that turns one down; stale when it no longer waits. Approving is `ManifestStore.saving`. */
  rejecting(id: string, by: { readonly id: string; readonly name: string }, note: string, atMs: number): StaffChange;
}

/** What was made because of a rule, or names it, outside the rules themselves. */
export interface DependentSource {
  /** List entries in force that the rule made, or that silence it, and open reports that name it, by its full id: of each at most 100. */
  ofRule(id: string, nowMs: number, budgetMs: number): Answer<readonly Dependent[]>;
}
