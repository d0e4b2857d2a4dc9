import type { AuditEntry, AuditTarget } from "../core/audit/entry.ts";
import type { Answer } from "./answer.ts";

declare const prepared: unique symbol;
/** A change to records that was prepared and not made: only `StaffWrites.commit` makes it. A store's methods that prepare one end in `…ing`. */
export interface StaffChange {
  readonly [prepared]: true;
}
export interface StaffWrite {
  /** Decides: it names the version it was made for, and when that is gone nothing of the write happens. */
  readonly change: StaffChange;
  /** What happens only with it: webhook deliveries, notifications, dependent rows. */
  readonly also: readonly StaffChange[];
  readonly audit: AuditEntry;
}
export interface LastChange {
  readonly actor: string;
  /** Null once the actor's personal data was erased. */
  readonly name: string | null;
  readonly action: string;
  readonly atMs: number;
}
export interface StaffWrites {
  /** All or nothing, in one statement. `stale`: no record has this version; `taken`: a unique name is in use. */
  commit(write: StaffWrite, budgetMs: number): Answer<"made" | "stale" | "taken">;
  /** Who last changed a target, from the audit log. */
  lastChange(target: AuditTarget, budgetMs: number): Answer<LastChange | null>;
}
