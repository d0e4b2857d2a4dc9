import { ok, type Result } from "../../core/result.ts";
import type { SourceFault } from "../../ports/answer.ts";
import type { Services } from "../services.ts";

const BUDGET_MS = 30_000;
/** R2 deletes a thousand at once. */
const AT_ONCE = 1_000;
/** No upload of 25 MiB takes this long. */
const ABANDONED_AFTER_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Forgets evidence whose time is over, and deletes the objects that nothing names any more. Gives how many objects went. */
export async function sweepEvidence({
  evidence: { store, files },
  retentionDays,
  clock,
}: Pick<Services, "evidence" | "retentionDays" | "clock">): Promise<Result<number, SourceFault>> {
  const nowMs = clock();
  const expired = await store.expire(nowMs - retentionDays * DAY_MS, nowMs, BUDGET_MS);
  if (!expired.ok) return expired;
  let deleted = 0;
  for (;;) {
    const abandoned = await store.abandoned(nowMs - ABANDONED_AFTER_MS, AT_ONCE, BUDGET_MS);
    if (!abandoned.ok) return abandoned;
    if (abandoned.value.length === 0) return ok(deleted);
    const gone = await files.delete(abandoned.value, BUDGET_MS);
    if (!gone.ok) return gone;
    const forgotten = await store.forgetUploads(abandoned.value, BUDGET_MS);
    if (!forgotten.ok) return forgotten;
    deleted += abandoned.value.length;
  }
}
