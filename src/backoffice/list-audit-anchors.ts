import type { ChainHead } from "../core/audit/chain.ts";
import { err, type Result } from "../core/result.ts";
import type { AuditAnchors } from "../ports/audit.ts";
import type { StaffRefusal } from "./staff-action.ts";
import { contextMay, type StaffContext } from "./staff-context.ts";

const BUDGET_MS = 10_000;

/** Where the audit chain ended each day, oldest first, from outside Postgres. */
export async function listAuditAnchors(
  anchors: AuditAnchors,
  context: StaffContext,
): Promise<Result<readonly (ChainHead & { readonly day: string })[], StaffRefusal>> {
  if (!contextMay(context, "audit.read")) return err({ kind: "not_allowed", verb: "audit.read", role: context.role });
  const listed = await anchors.list(BUDGET_MS);
  return listed.ok ? listed : err({ kind: "unavailable", part: listed.error.source });
}
