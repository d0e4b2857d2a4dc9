import type { NewReport } from "../core/reports/report.ts";
import type { Answer } from "./answer.ts";

/** Opens reports from the consumer; staff work on them through actions of their own. */
export interface ReportOpener {
  /** Opens each report once: one with the key of an open report adds to that report. Repeating a call changes nothing. */
  open(reports: readonly NewReport[], budgetMs: number): Answer<void>;
}

/** Reports, in Postgres. */
export interface ReportStore {
  /** As `ReportOpener.open`; gives the ids of findings that opened a report, now or in an earlier call. */
  addFindings(findings: readonly NewReport[], budgetMs: number): Answer<ReadonlySet<string>>;
}
