import type { World } from "../../core/access/api-key.ts";
import { decisionEvents } from "../../core/webhooks/decision-events.ts";
import type { RecordEntry } from "../../ports/records.ts";
import { plainForCaller } from "../for-caller.ts";
import type { Services } from "../services.ts";

const BUDGET_MS = 5_000;

/** After recording: tells subscribers of decisions, and wakes who delivers. False when the store failed: the entries come again, and are told once. */
export async function tellDecisions({ webhooks }: Pick<Services, "webhooks">, entries: readonly RecordEntry[]): Promise<boolean> {
  let isTold = true;
  for (const world of ["live", "test"] as const) {
    const told = await tellWorld(webhooks, world, entries);
    if (!told) isTold = false;
  }
  return isTold;
}

async function tellWorld(webhooks: Services["webhooks"], world: World, entries: readonly RecordEntry[]): Promise<boolean> {
  const decisions = entries.flatMap(({ livemode, decision }) => (decision !== null && livemode === (world === "live") ? [decision] : []));
  if (decisions.length === 0) return true;
  // Asked first, because mostly nobody listens and answers are large.
  const wanted = await webhooks.endpoints.subscribed(world, BUDGET_MS);
  if (!wanted.ok) return false;
  const events = decisions
    .flatMap(({ answer, decidedAtMs }) => decisionEvents(plainForCaller(answer, false), decidedAtMs))
    .filter(({ type }) => wanted.value.has(type));
  if (events.length === 0) return true;
  const added = await webhooks.add(events, BUDGET_MS);
  if (added.ok) await webhooks.wake();
  return added.ok;
}
