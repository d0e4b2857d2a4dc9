import type { World } from "../access/api-key.ts";

export const ALERT_SEVERITIES = ["low", "medium", "high", "critical"] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

export const ALERT_STATUSES = ["open", "acknowledged", "snoozed", "resolved"] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

type Scalar = string | number | boolean | null;

/** Something that people should look at. */
export interface NewAlert {
  /** What it is about, as staff filter by it: `block_rate`. */
  readonly kind: string;
  readonly severity: AlertSeverity;
  readonly world: World;
  /** Names the cause: while an alert of this cause is unresolved, raising it again counts there. */
  readonly dedupKey: string;
  /** A sentence, without personal data. */
  readonly title: string;
  /** Figures, without personal data. */
  readonly details: Readonly<Record<string, Scalar>>;
  readonly atMs: number;
}

/** An alert as it stands. A snoozed one whose time is over is open again. */
export interface Alert extends Omit<NewAlert, "atMs"> {
  readonly id: number;
  readonly status: AlertStatus;
  readonly snoozedUntilMs: number | null;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly timesSeen: number;
  /** Name of who last handled it. */
  readonly handledBy: string | null;
  readonly handledMs: number | null;
  readonly note: string | null;
  readonly version: number;
}
