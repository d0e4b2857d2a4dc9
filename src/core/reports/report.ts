import type { ListedKind } from "../lists/list-hit.ts";
import type { SEVERITIES } from "../rules/document.ts";

/** S4.1's types and two of ours. */
export const REPORT_TYPES = [
  "ip_fraud",
  "device_fraud",
  "geo_fraud",
  "anomaly_ctr",
  "anomaly_cr",
  "click_speed",
  "mass_registration",
  "transaction_fraud",
  "account_takeover",
] as const;
export type ReportType = (typeof REPORT_TYPES)[number];

/** What opened a report: a trigger in the consumer, a person, a decision `review`, an automatic block that met other clients, a chargeback. */
export const REPORT_ORIGINS = ["trigger", "hand", "review", "collision", "chargeback"] as const;
export type ReportOrigin = (typeof REPORT_ORIGINS)[number];

/** How far a report is; `moves.ts` says what may follow what. Open are `pending` and `reviewing`. */
export const REPORT_STATUSES = ["pending", "reviewing", "confirmed", "rejected", "resolved"] as const;
export type ReportStatus = (typeof REPORT_STATUSES)[number];

export type ReportSeverity = (typeof SEVERITIES)[number];

/** What holds for a transaction once its case is closed. */
export type Verdict = "allow" | "block";

/** A finding that opens a report, status `pending`, or is taken in by the open one of its key. */
export interface NewReport {
  /** The same for the same finding, however often it is seen: such a finding changes nothing again. It is the report's id when it opens one. */
  readonly id: string;
  /** One open report a key: entity and window of a trigger. An open one with this key takes the finding in instead of a second. */
  readonly dedupKey: string;
  readonly type: ReportType;
  readonly severity: ReportSeverity;
  readonly origin: ReportOrigin;
  readonly livemode: boolean;
  /** Whom it is about; null when it is about no entity. */
  readonly entity: { readonly kind: ListedKind; readonly value: string } | null;
  /** A sentence a person can follow, without personal data. */
  readonly description: string;
  /** The figures behind it; JSON, snake_case, money in major units, times in ISO 8601. */
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly decisionIds: readonly string[];
  /** The full id of the rule that raised it; null for none. */
  readonly ruleId: string | null;
  readonly related: {
    readonly addresses: readonly string[];
    readonly devices: readonly string[];
    readonly clients: readonly string[];
  };
  /** Until when a person must have decided, and what holds when nobody did; null without a deadline. */
  readonly deadline: { readonly atMs: number; readonly fallback: Verdict } | null;
  readonly openedAtMs: number;
}
