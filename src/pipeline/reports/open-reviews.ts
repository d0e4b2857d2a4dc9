import { reviewCase } from "../../core/reports/review-case.ts";
import type { RecordEntry } from "../../ports/records.ts";
import type { Services } from "../services.ts";

const BUDGET_MS = 5_000;

/** After recording: a decision `review` opens a case with a deadline, once, however often it is seen. False when a store failed. */
export async function openReviews(services: Services, entries: readonly RecordEntry[]): Promise<boolean> {
  const cases = entries.flatMap(({ event, decision, livemode }) => {
    const opened = decision === null ? null : reviewCase(event, decision, livemode, services.reports.review);
    return opened === null ? [] : [opened];
  });
  if (cases.length === 0) return true;
  const opened = await services.reports.open(cases, BUDGET_MS);
  if (!opened.ok) services.log("reviews_not_opened", { cases: cases.length, source: opened.error.source, reason: opened.error.reason });
  return opened.ok;
}
