import type { Database } from "../adapters/postgres/database.ts";
import { createReportStore } from "../adapters/postgres/reports.ts";
import type { ReviewPolicy } from "../core/reports/review-case.ts";
import { createReportOpener } from "../pipeline/reports/create-report-opener.ts";
import type { ReportServices } from "../pipeline/reports/report-services.ts";
import type { WebhookOutbox } from "../ports/webhooks.ts";

/** Reports and cases, over this deployment's stores. */
export function createReports(deps: {
  readonly database: Database;
  readonly webhooks: WebhookOutbox;
  readonly review: ReviewPolicy;
}): ReportServices {
  const store = createReportStore(deps.database);
  return { ...createReportOpener({ store, webhooks: deps.webhooks }), store, review: deps.review };
}
