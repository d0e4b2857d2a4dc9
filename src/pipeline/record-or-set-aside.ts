import type { RecordEntry } from "../ports/records.ts";
import { fraudFound } from "./audit-fraud.ts";
import type { Services } from "./services.ts";

const BUDGET_MS = 15_000;

/**
 * Records entries in Postgres. When Postgres refuses the batch as such, it is halved until the one bad entry stands alone;
 * that one goes to the dead letters, where people look, and keeps no other waiting. False when the store failed: nothing may be cleared.
 */
export async function recordOrSetAside(services: Services, entries: readonly RecordEntry[]): Promise<boolean> {
  const [first] = entries;
  if (first === undefined) return true;
  const recorded = await services.records.record(entries, BUDGET_MS);
  if (recorded.ok) return chainFraud(services, entries);
  if (recorded.error.reason !== "invalid") return false;
  if (entries.length > 1) {
    const half = entries.length >> 1;
    return (await recordOrSetAside(services, entries.slice(0, half))) && (await recordOrSetAside(services, entries.slice(half)));
  }
  services.log("entry_set_aside", { transaction_id: first.event.id, reason: recorded.error.detail ?? "refused by Postgres" });
  return (await services.records.addDeadLetter(JSON.stringify(first), recorded.error.detail ?? "refused by Postgres", BUDGET_MS)).ok;
}

/** What was recorded and not yet chained is recorded again, which changes nothing, and chained then. */
async function chainFraud(services: Services, entries: readonly RecordEntry[]): Promise<boolean> {
  const chained = await services.audit.log.append(fraudFound(entries), BUDGET_MS);
  if (chained.ok) return true;
  services.log("fraud_not_chained", { reason: chained.error.reason });
  return chained.error.reason === "invalid";
}
