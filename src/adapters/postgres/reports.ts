import type { ReportStore } from "../../ports/reports.ts";
import type { Database } from "./database.ts";
import { reportChanges } from "./report-changes.ts";
import { createReportDetail } from "./report-detail.ts";
import { addFindings } from "./report-findings.ts";
import { createReportSearch } from "./report-search.ts";

/** Reports in Postgres; the unique index on open keys makes two that find one cause at once open one report. */
export function createReportStore(database: Database): ReportStore {
  return {
    addFindings: (findings, budgetMs) => addFindings(database, findings, budgetMs),
    ...createReportSearch(database),
    ...createReportDetail(database),
    ...reportChanges,
  };
}
