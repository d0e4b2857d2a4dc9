import { err, ok, type Result } from "../result.ts";
import type { Alert } from "./alert.ts";

export const LONGEST_SNOOZE_HOURS = 30 * 24;

/** What a person does about an alert. */
export type AlertHandling =
  | { readonly kind: "acknowledge" }
  | { readonly kind: "snooze"; readonly untilMs: number }
  | { readonly kind: "resolve" };

/** The alert once it was handled; a resolved one is over: what causes it again raises another. */
export function handleAlert(
  alert: Alert,
  handling: AlertHandling,
  by: { readonly name: string; readonly atMs: number; readonly note: string | null },
): Result<Alert, "resolved"> {
  if (alert.status === "resolved") return err("resolved");
  const handled = { handledBy: by.name, handledMs: by.atMs, note: by.note ?? alert.note, version: alert.version + 1, snoozedUntilMs: null };
  switch (handling.kind) {
    case "acknowledge":
      return ok({ ...alert, ...handled, status: "acknowledged" });
    case "snooze":
      return ok({ ...alert, ...handled, status: "snoozed", snoozedUntilMs: handling.untilMs });
    case "resolve":
      return ok({ ...alert, ...handled, status: "resolved" });
  }
}
