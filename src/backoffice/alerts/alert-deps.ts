import type { Alert } from "../../core/alerts/alert.ts";
import { describeAlert } from "../../core/alerts/describe-alert.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { AlertStore } from "../../ports/alerts.ts";
import type { Answer } from "../../ports/answer.ts";
import type { StaffDeps, StaffRefusal, Versioned } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";

export const ALERT_BUDGET_MS = 5_000;

export interface AlertDeps extends StaffDeps {
  readonly alerts: AlertStore;
}

/** The alert an action is about. One that is not there is refused, and to a key of the test world one of the live world is not there. */
export async function findAlert(deps: AlertDeps, id: string, context: StaffContext): Promise<Result<Alert, StaffRefusal>> {
  const missing = err({ kind: "not_found", detail: `there is no alert \`${id}\`` } as const);
  if (!/^\d{1,15}$/.test(id)) return missing;
  const found = await deps.alerts.byId(Number(id), context.nowMs, ALERT_BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  return found.value === null || (context.world === "test" && found.value.world === "live") ? missing : ok(found.value);
}

/** What of an alert a person decides about. */
export function handledState(alert: Alert): Versioned {
  const { status, snoozed_until, handled_by, note } = describeAlert(alert);
  return { version: alert.version, state: { title: alert.title, status, snoozed_until, handled_by, note } };
}

export async function rereadAlert(deps: AlertDeps, id: number, nowMs: number): ReturnType<() => Answer<Versioned | null>> {
  const found = await deps.alerts.byId(id, nowMs, ALERT_BUDGET_MS);
  return found.ok ? ok(found.value === null ? null : handledState(found.value)) : found;
}
