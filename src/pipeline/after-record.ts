import { describeError } from "../core/log/describe-error.ts";
import type { RecordEntry } from "../ports/records.ts";
import { scoreAddresses } from "./address-analysis/score-addresses.ts";
import { recordAutomaticBlocks } from "./autoblock/record-automatic-blocks.ts";
import { openChargebacks } from "./evidence/open-chargebacks.ts";
import { openReviews } from "./reports/open-reviews.ts";
import type { Services } from "./services.ts";
import { openTriggeredReports } from "./triggers/open-triggered-reports.ts";
import { watchRecordedBlocks } from "./watch-block-rate.ts";
import { tellDecisions } from "./webhooks/tell-decisions.ts";

/**
 * What follows from events and decisions once Postgres has them. Each step may see an entry more than once, so it is idempotent.
 * It gives false when a store failed; the entries come again then.
 */
type Step = (services: Services, entries: readonly RecordEntry[]) => Promise<boolean>;

/** In their order. */
const STEPS: readonly (readonly [name: string, step: Step])[] = [
  ["record_automatic_blocks", recordAutomaticBlocks],
  ["score_addresses", scoreAddresses],
  ["watch_block_rate", watchRecordedBlocks],
  ["tell_decisions", tellDecisions],
  ["open_reviews", openReviews],
  ["open_chargebacks", openChargebacks],
  ["open_triggered_reports", openTriggeredReports],
];

/** Runs every step over what was recorded; false when one must see the entries again. A step that breaks is told and holds nobody up. */
export async function afterRecord(services: Services, entries: readonly RecordEntry[]): Promise<boolean> {
  let isDone = true;
  for (const [name, step] of STEPS) {
    try {
      if (!(await step(services, entries))) isDone = false;
    } catch (cause) {
      services.log("step_failed", { step: name, entries: entries.length, ...describeError(cause) });
    }
  }
  return isDone;
}
