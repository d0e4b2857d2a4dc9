import { ALERT_SEVERITIES, type AlertSeverity } from "../alerts/alert.ts";

/** How grave what is told is: 1 (low) to 4 (critical); 0 when it does not say. */
export function severityRank(severity: AlertSeverity | null): number {
  return severity === null ? 0 : ALERT_SEVERITIES.indexOf(severity) + 1;
}

/** The severity of a rank; null for 0. */
export function severityOf(rank: number): AlertSeverity | null {
  return ALERT_SEVERITIES[rank - 1] ?? null;
}

/** The rank of what is told: its `severity`, or its `risk_level` for a decision; 0 when it has neither. */
export function eventRank(data: Readonly<Record<string, unknown>>): number {
  const told = data.severity ?? data.risk_level;
  return typeof told === "string" ? ALERT_SEVERITIES.indexOf(told.toLowerCase() as AlertSeverity) + 1 : 0;
}
