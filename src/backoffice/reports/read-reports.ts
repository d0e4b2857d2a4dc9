import { err, ok, type Result } from "../../core/result.ts";
import type { ReportDetail, ReportQuery, ReportStore } from "../../ports/reports.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { noReport, REPORT_BUDGET_MS } from "./report-deps.ts";

type Deps = { readonly reports: ReportStore };
type Found = Awaited<ReturnType<ReportStore["search"]>> extends Result<infer Value, unknown> ? Value : never;

/** A page of reports, newest first. */
export async function searchReports(deps: Deps, context: StaffContext, query: ReportQuery): Promise<Result<Found, StaffRefusal>> {
  if (!contextMay(context, "reports.read")) return err({ kind: "not_allowed", verb: "reports.read", role: context.role });
  const found = await deps.reports.search(query, REPORT_BUDGET_MS);
  return found.ok ? ok(found.value) : err({ kind: "unavailable", part: found.error.source });
}

/** A report with what is behind it. */
export async function readReport(deps: Deps, context: StaffContext, id: string): Promise<Result<ReportDetail, StaffRefusal>> {
  if (!contextMay(context, "reports.read")) return err({ kind: "not_allowed", verb: "reports.read", role: context.role });
  const found = await deps.reports.detail(id, REPORT_BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  return found.value === null || (context.world === "test" && found.value.report.livemode) ? err(noReport(id)) : ok(found.value);
}
