import type { World } from "../core/access/api-key.ts";
import type { Alert, AlertSeverity, AlertStatus, NewAlert } from "../core/alerts/alert.ts";
import type { Answer } from "./answer.ts";
import type { StaffChange } from "./staff-writes.ts";

export interface AlertQuery {
  readonly world: World;
  readonly status: AlertStatus | null;
  readonly severity: AlertSeverity | null;
  readonly kind: string | null;
  /** Last seen at this time or later. */
  readonly sinceMs: number | null;
  /** Alerts before this one: the page after the one that ended with it. */
  readonly beforeId: number | null;
  readonly limit: number;
  /** What is snoozed until then or earlier is open again. */
  readonly nowMs: number;
}
export interface AlertStore {
  /** Adds an alert; while one of its cause is unresolved, counts there and keeps the latest title and figures. Raising twice is counting twice. */
  raise(alert: NewAlert, budgetMs: number): Answer<void>;
  /** The same as a part of another change. */
  raising(alert: NewAlert): StaffChange;
  /** Newest first. */
  find(query: AlertQuery, budgetMs: number): Answer<readonly Alert[]>;
  byId(id: number, nowMs: number, budgetMs: number): Answer<Alert | null>;
  /** The change that makes an alert of `version` what was decided about it. */
  handling(version: number, handled: Alert): StaffChange;
}
