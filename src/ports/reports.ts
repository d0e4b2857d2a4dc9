import type { NewReport, ReportOrigin, ReportSeverity, ReportStatus, ReportType } from "../core/reports/report.ts";
import type { Report, ReportActor, ReportStep } from "../core/reports/report-record.ts";
import type { Answer } from "./answer.ts";
import type { ListEntry } from "./lists.ts";
import type { Label } from "./records.ts";
import type { StaffChange } from "./staff-writes.ts";

/** Opens reports from the consumer; staff work on them through actions of their own. */
export interface ReportOpener {
  /** Opens each report once: one with the key of an open report adds to that report. Repeating a call changes nothing. */
  open(reports: readonly NewReport[], budgetMs: number): Answer<void>;
}

export interface ReportPlace {
  readonly openedAtMs: number;
  readonly id: string;
}
/** Which reports; null is all. */
export interface ReportQuery {
  readonly livemode: boolean;
  readonly types: readonly ReportType[] | null;
  readonly severities: readonly ReportSeverity[] | null;
  readonly statuses: readonly ReportStatus[] | null;
  readonly origins: readonly ReportOrigin[] | null;
  readonly assignee: string | null;
  /** Opened at this time or later. */
  readonly fromMs: number | null;
  /** Opened before this time. */
  readonly toMs: number | null;
  /** A part of the description or of an address it names, whatever the case. */
  readonly text: string | null;
  /** An entity it names, in the events' canonical form. */
  readonly value: string | null;
  /** A decision that is behind it. */
  readonly decisionId: string | null;
  readonly before: ReportPlace | null;
  readonly limit: number;
}

/** A decision behind a report. */
export interface ReportDecision {
  readonly decisionId: string;
  /** Null with all that follows while the decision is not recorded, or not any more. */
  readonly transactionId: string | null;
  readonly stage: string | null;
  readonly outcome: string | null;
  readonly riskScore: number | null;
  readonly decidedAtMs: number | null;
  /** What is known of it now. */
  readonly label: Label | null;
}
export interface ReportFinding {
  readonly id: string;
  readonly foundAtMs: number;
  readonly severity: ReportSeverity;
  readonly description: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}
/** An entity that a report names, or that the decisions behind it are about. */
export interface ReportEntity {
  readonly kind: string;
  readonly value: string;
}
/** A report with what is behind it; of each the newest, at most `MOST_SHOWN`. */
export interface ReportDetail {
  readonly report: Report;
  readonly findings: readonly ReportFinding[];
  readonly decisions: readonly ReportDecision[];
  readonly related: readonly ReportEntity[];
  readonly history: readonly ReportStep[];
}
export const MOST_SHOWN = 200;

export interface ReportSaving {
  readonly before: Report;
  readonly after: Report;
  readonly step: ReportStep;
  readonly label: { readonly label: Label; readonly source: string } | null;
}

/** Reports, in Postgres. */
export interface ReportStore {
  /** As `ReportOpener.open`; gives the ids of findings that opened a report, now or in an earlier call. */
  addFindings(findings: readonly NewReport[], budgetMs: number): Answer<ReadonlySet<string>>;
  /** Newest first. */
  search(query: ReportQuery, budgetMs: number): Answer<{ readonly reports: readonly Report[]; readonly next: ReportPlace | null }>;
  byId(id: string, budgetMs: number): Answer<Report | null>;
  detail(id: string, budgetMs: number): Answer<ReportDetail | null>;
  /** The open report of a key; null for none. */
  openOf(dedupKey: string, livemode: boolean, budgetMs: number): Answer<string | null>;
  /** The latest decision behind a report that is recorded; null for none. */
  latestDecision(id: string, budgetMs: number): Answer<ReportDecision | null>;
  /** Those of these ids that are decisions of a world. */
  knownDecisions(ids: readonly string[], livemode: boolean, budgetMs: number): Answer<ReadonlySet<string>>;
  /** Open reports whose deadline is over, the longest over first. */
  overdue(nowMs: number, limit: number, budgetMs: number): Answer<readonly Report[]>;
  /** Opens a report by hand; its key is taken by nobody. */
  creating(report: NewReport, notes: string, by: ReportActor): StaffChange;
  /** Saves what differs over the version before, with its line of history; a label goes to every decision behind the report. */
  saving(change: ReportSaving): StaffChange;
  /** For `StaffWrite.also`: the same beside a change that itself holds on to the report's version. */
  savingAlong(change: ReportSaving): StaffChange;
  /** For `StaffWrite.also`: lists what is not listed yet. */
  listing(entries: readonly ListEntry[]): StaffChange;
}
