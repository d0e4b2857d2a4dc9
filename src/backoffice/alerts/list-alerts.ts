import type { Alert } from "../../core/alerts/alert.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { AlertQuery, AlertStore } from "../../ports/alerts.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { ALERT_BUDGET_MS } from "./alert-deps.ts";

export interface AlertPage {
  readonly alerts: readonly Alert[];
  /** What to send as `before` for the next page; null at the end. */
  readonly next: number | null;
}

/** One page of alerts, newest first. */
export async function listAlerts(
  deps: { readonly alerts: AlertStore },
  context: StaffContext,
  query: Omit<AlertQuery, "nowMs">,
): Promise<Result<AlertPage, StaffRefusal>> {
  if (!contextMay(context, "alerts.read")) return err({ kind: "not_allowed", verb: "alerts.read", role: context.role });
  // One more than asked for says whether there is another page.
  const found = await deps.alerts.find({ ...query, limit: query.limit + 1, nowMs: context.nowMs }, ALERT_BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  const alerts = found.value.slice(0, query.limit);
  return ok({ alerts, next: found.value.length > query.limit ? (alerts.at(-1)?.id ?? null) : null });
}
