import { reportCreated } from "../../core/reports/describe-report.ts";
import type { ReportOpener, ReportStore } from "../../ports/reports.ts";
import type { WebhookOutbox } from "../../ports/webhooks.ts";

/**
 * Opens reports and tells of each. Whether a finding opened a report is read from the record, so that a call that was cut off between the two
 * tells of it when it is repeated; the outbox leaves out what it was told.
 */
export function createReportOpener(deps: {
  readonly store: Pick<ReportStore, "addFindings">;
  readonly webhooks: Pick<WebhookOutbox, "add">;
}): ReportOpener {
  return {
    async open(reports, budgetMs) {
      const opened = await deps.store.addFindings(reports, budgetMs);
      if (!opened.ok) return opened;
      return deps.webhooks.add(reports.filter(({ id }) => opened.value.has(id)).map(reportCreated), budgetMs);
    },
  };
}
