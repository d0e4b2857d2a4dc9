import type { EntityKind } from "../core/event/entity.ts";
import type { CheckOutcome } from "../core/external-checks/check-outcome.ts";
import type { ExternalCheck } from "../core/external-checks/check-settings.ts";
import type { CheckRequest } from "../core/external-checks/prepare-request.ts";
import type { Answer } from "./answer.ts";
import type { StaffChange } from "./staff-writes.ts";

/** Configured services: Postgres is the record. */
export interface CheckStore {
  /** By name. One that this release cannot read is left out. */
  list(budgetMs: number): Answer<readonly ExternalCheck[]>;
  byName(name: string, budgetMs: number): Answer<ExternalCheck | null>;
  creating(check: ExternalCheck): StaffChange;
  /** Saves a service over the version before it. */
  changing(check: ExternalCheck): StaffChange;
  deleting(check: Pick<ExternalCheck, "name" | "version">): StaffChange;
}

/** Calls of one service that ended alike. */
export interface CheckCount {
  readonly service: string;
  readonly outcome: CheckOutcome;
  readonly calls: number;
  readonly totalMs: number;
}
export interface CheckCountStore {
  /** Adds to the hour of `nowMs`. Not idempotent: a write that was not answered may have counted. */
  add(counts: readonly CheckCount[], nowMs: number, budgetMs: number): Answer<void>;
  /** Sums of the hours that began at `sinceMs` or later. */
  since(sinceMs: number, budgetMs: number): Answer<readonly CheckCount[]>;
  /** Forgets hours before a time; gives the number of rows. */
  forget(beforeMs: number, budgetMs: number): Answer<number>;
}

/** What a service said, or why nothing came. */
export type CheckReply =
  | { readonly kind: "answered"; readonly status: number; readonly text: string }
  | { readonly kind: "redirected" | "too_large" | "timeout" | "unreachable" };
/** Sends one request to a service: follows no redirect, reads 64 KiB at most, and settles within the budget whatever the service does. */
export interface CheckCaller {
  call(request: CheckRequest, budgetMs: number): Promise<CheckReply>;
}

/** Adds to an entity's stored features and leaves its others as they are. */
export interface StoredFeatureMerger {
  merge(entity: EntityKind, id: string, values: Readonly<Record<string, string | number | boolean>>, budgetMs: number): Answer<void>;
}
