import { err, ok, type Result } from "../core/result.ts";
import type { AuditLog, AuditQuery, AuditRow } from "../ports/audit.ts";
import type { StaffRefusal } from "./staff-action.ts";
import { contextMay, type StaffContext } from "./staff-context.ts";

const BUDGET_MS = 10_000;

export interface AuditPage {
  readonly rows: readonly AuditRow[];
  /** What to send as `before` for the next page; null at the end. */
  readonly next: number | null;
}

/** One page of the audit log, newest first. That it was read is itself noted, as every read of personal data. */
export async function searchAuditLog(log: AuditLog, context: StaffContext, query: AuditQuery): Promise<Result<AuditPage, StaffRefusal>> {
  if (!contextMay(context, "audit.read")) return err({ kind: "not_allowed", verb: "audit.read", role: context.role });
  // One more than asked for says whether there is another page.
  const found = await log.find({ ...query, limit: query.limit + 1 }, BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  const rows = found.value.slice(0, query.limit);
  return ok({ rows, next: found.value.length > query.limit ? (rows.at(-1)?.seq ?? null) : null });
}
