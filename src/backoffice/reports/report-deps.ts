import type { Report } from "../../core/reports/report-record.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import type { ReportStore } from "../../ports/reports.ts";
import type { WebhookOutbox } from "../../ports/webhooks.ts";
import type { StaffDeps, StaffRefusal, Versioned } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";

export const REPORT_BUDGET_MS = 5_000;

export interface ReportDeps extends StaffDeps {
  readonly reports: ReportStore;
  readonly webhooks: Pick<WebhookOutbox, "adding">;
}

/** The report an action is about; to a key of the test world one of the live world is not there. */
export async function findReport(
  deps: { readonly reports: Pick<ReportStore, "byId"> },
  id: string,
  context: StaffContext,
): Promise<Result<Report, StaffRefusal>> {
  const found = await deps.reports.byId(id, REPORT_BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  if (found.value === null || (context.world === "test" && found.value.livemode)) return err(noReport(id));
  return ok(found.value);
}

export const noReport = (id: string) => ({ kind: "not_found", detail: `there is no report \`${id}\`` }) as const;
export const reportTarget = (id: string) => ({ kind: "report", id, isPersonal: false }) as const;

/** What of a report people decide about; whom it is about is personal and not told. */
export function reportState(report: Report): Versioned {
  const { type, severity, status, assignee, notes, resolution, decidedBy, version } = report;
  return { version, state: { type, severity, status, assignee, notes, resolution, decided_by: decidedBy } };
}

export async function rereadReport(deps: Pick<ReportDeps, "reports">, id: string): ReturnType<() => Answer<Versioned | null>> {
  const found = await deps.reports.byId(id, REPORT_BUDGET_MS);
  return found.ok ? ok(found.value === null ? null : reportState(found.value)) : found;
}
