import type { ReviewPolicy } from "../../core/reports/review-case.ts";
import type { ReportOpener, ReportStore } from "../../ports/reports.ts";

/** Reports and cases: opened through `open`, worked on through the store. */
export interface ReportServices extends ReportOpener {
  readonly store: ReportStore;
  /** What an outcome `review` waits for. */
  readonly review: ReviewPolicy;
}
