import type { Alert } from "./alert.ts";

/** An alert as staff see it, in answers and in the audit log. */
export function describeAlert(alert: Alert) {
  const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    id: alert.id,
    kind: alert.kind,
    severity: alert.severity,
    title: alert.title,
    details: alert.details,
    livemode: alert.world === "live",
    status: alert.status,
    snoozed_until: instant(alert.snoozedUntilMs),
    first_seen_at: new Date(alert.firstSeenMs).toISOString(),
    last_seen_at: new Date(alert.lastSeenMs).toISOString(),
    times_seen: alert.timesSeen,
    handled_by: alert.handledBy,
    handled_at: instant(alert.handledMs),
    note: alert.note,
    version: alert.version,
  };
}
