import { ok } from "../../core/result.ts";
import type { Endpoint } from "../../core/webhooks/endpoint.ts";
import type { Answer } from "../../ports/answer.ts";
import type { OutboxQueue } from "../../ports/outbox.ts";
import { ATTEMPT_BUDGET_MS, type DeliveryDeps, deliverEndpoint } from "./deliver-endpoint.ts";

const STORE_BUDGET_MS = 5_000;
const RUN_MS = 40_000;
/** Endpoints that are told at a time: one that hangs leaves room for the others. */
const LANES = 3;
const MOST_ENDPOINTS = 100;
/** What is due later than this is left to the schedule. */
const SOON_MS = 60_000;
const SEND_BUDGET_MS = 2_000;

/**
 * Delivers what is due, turn by turn, until nothing is or the run is long enough; then somebody is woken for what is due soon again. Any number may run
 * at once. Gives the attempts made, or null when a store failed: the schedule goes on.
 */
export async function deliverWebhooks(
  deps: DeliveryDeps & { readonly outbox: OutboxQueue },
  attemptBudgetMs = ATTEMPT_BUDGET_MS,
): Promise<number | null> {
  const untilMs = deps.clock() + RUN_MS;
  let attempts = 0;
  let nextDueMs: number | null = null;
  let isMoving = true;
  while (isMoving && deps.clock() < untilMs) {
    const due = await deps.webhooks.deliveries.due(deps.clock(), MOST_ENDPOINTS, STORE_BUDGET_MS);
    const turns = due.ok ? await takeTurns(deps, due.value, attemptBudgetMs) : due;
    if (!turns.ok) {
      deps.log("webhooks_not_delivered", { source: turns.error.source, reason: turns.error.reason });
      return null;
    }
    attempts += turns.value.attempts;
    isMoving = turns.value.attempts > 0;
    nextDueMs = earlier(nextDueMs, turns.value.nextDueMs);
  }
  await wakeFor(deps, isMoving ? deps.clock() : nextDueMs);
  return attempts;
}

interface Turns {
  readonly attempts: number;
  readonly nextDueMs: number | null;
}

/** One turn for each endpoint, a few lanes at a time. One whose store fails does not keep the others from theirs. */
async function takeTurns(deps: DeliveryDeps, endpoints: readonly Endpoint[], attemptBudgetMs: number): Answer<Turns> {
  const waiting = [...endpoints];
  const total: { attempts: number; nextDueMs: number | null } = { attempts: 0, nextDueMs: null };
  let fault: Awaited<Answer<never>> | null = null;
  const lane = async (): Promise<void> => {
    for (let endpoint = waiting.shift(); endpoint !== undefined; endpoint = waiting.shift()) {
      const turn = await deliverEndpoint(deps, endpoint, attemptBudgetMs);
      if (!turn.ok) fault = turn;
      else {
        total.attempts += turn.value.attempts;
        total.nextDueMs = earlier(total.nextDueMs, turn.value.nextDueMs);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return fault ?? ok(total);
}

/** The first retry comes after five seconds, which no cron can do. A wake that is lost costs a minute. */
async function wakeFor({ outbox, clock }: DeliveryDeps & { readonly outbox: OutboxQueue }, dueMs: number | null): Promise<void> {
  const waitMs = dueMs === null ? Number.POSITIVE_INFINITY : dueMs - clock();
  if (waitMs > SOON_MS) return;
  await outbox.send({ kind: "webhooks" }, Math.max(0, Math.ceil(waitMs / 1_000)), SEND_BUDGET_MS);
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
