import { RETENTION } from "../../core/privacy/retention.ts";
import type { Services } from "../services.ts";

const DAY_MS = 86_400_000;
const ROWS_PER_SLICE = 5_000;
const SLICE_BUDGET_MS = 10_000;
/** How long one run works; the next hour takes up what is left. */
const RUN_MS = 40_000;

/** Takes away what is older than its table's rule says, in slices; gives how many rows, or null when a store failed. */
export async function enforceRetention({ privacy, clock, log }: Services): Promise<number | null> {
  const startMs = clock();
  let gone = 0;
  let isWhole = true;
  for (const [table, rule] of Object.entries(RETENTION)) {
    if (rule.kind !== "expires") continue;
    const beforeMs = startMs - (privacy.daysByTable[table] ?? rule.days) * DAY_MS;
    for (let taken = ROWS_PER_SLICE; taken === ROWS_PER_SLICE && clock() - startMs < RUN_MS; ) {
      const expired = await privacy.retention.expire(table, beforeMs, ROWS_PER_SLICE, SLICE_BUDGET_MS);
      // One table that cannot be read keeps no other from its end.
      isWhole &&= expired.ok;
      taken = expired.ok ? expired.value : 0;
      gone += taken;
    }
  }
  if (gone > 0) log("retention_enforced", { rows: gone });
  return isWhole ? gone : null;
}
