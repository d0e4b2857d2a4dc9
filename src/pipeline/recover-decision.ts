import type { World } from "../core/access/api-key.ts";
import type { StoredDecision } from "../core/decision/answer.ts";
import { decisionFields } from "../core/log/decision-fields.ts";
import type { PendingEntry } from "../ports/velocity.ts";
import { settledStatus } from "./after-decision.ts";
import { createDeadline } from "./budget.ts";
import { decideClaimed } from "./decide-claimed.ts";
import { readAgain, readsOf } from "./read-again.ts";
import type { Services, WaitUntil } from "./services.ts";

const BUDGET_MS = 5_000;

/**
 * The decision of a claim whose request died before it wrote one: what Postgres has when Redis was away at that moment,
 * else decided again from the windows as they are and marked `recovered`. Null when a store failed or nothing is in force; the sweep comes again.
 */
export async function recoverDecision(
  services: Services,
  world: World,
  entry: PendingEntry,
  waitUntil: WaitUntil,
): Promise<StoredDecision | null> {
  const recorded = await services.records.findDecision(entry.id, entry.stage, world === "live", BUDGET_MS);
  if (!recorded.ok) return null;
  let decision = recorded.value;
  const token = services.newId();
  const request = { event: entry.event, bodyHash: entry.bodyHash, token, nowMs: entry.claimedAtMs, budgetMs: BUDGET_MS };
  if (decision === null) {
    const known = services.live.current();
    const claim = await services.velocity[world].claim({ ...request, mode: "peek", ...readsOf(known) });
    if (!claim.ok) return null;
    const config = await services.live.follow(claim.value.pointer, BUDGET_MS, waitUntil);
    if (config === null) return null;
    const decided = await decideClaimed(services, {
      config,
      world,
      event: entry.event,
      warnings: [],
      claim: await readAgain(services, { world, request, claim, known, config, budgetMs: BUDGET_MS }),
      self: true,
      degraded: [],
      deadline: createDeadline(services.clock, services.clock(), BUDGET_MS),
      explain: false,
      recovered: true,
      time: () => undefined,
    });
    decision = decided.stored;
    services.log("decision", decisionFields(entry.event, decision, null));
  }
  const settled = await services.velocity[world].settle(
    { ...request, status: settledStatus(entry.event, decision), decision: JSON.stringify(decision) },
    BUDGET_MS,
  );
  return settled.ok ? decision : null;
}
