import type { Services } from "./services.ts";

const BUDGET_MS = 5_000;

/** Anchors the audit chain's end outside Postgres, once a day (UTC). Null when a store failed: the next hour tries again. */
export async function anchorAudit(services: Services): Promise<true | null> {
  const head = await services.audit.log.head(BUDGET_MS);
  if (!head.ok) return null;
  const day = new Date(services.clock()).toISOString().slice(0, 10);
  return (await services.audit.anchors.put(day, head.value, BUDGET_MS)).ok ? true : null;
}
