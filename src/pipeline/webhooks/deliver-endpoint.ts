import type { NewAlert } from "../../core/alerts/alert.ts";
import { redactText } from "../../core/log/redact.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Endpoint } from "../../core/webhooks/endpoint.ts";
import { calledUrl, formatRequest, type OpenedSecrets } from "../../core/webhooks/formats/format-request.ts";
import { judgeAnswer, type SendAnswer } from "../../core/webhooks/judge-answer.ts";
import { settleAttempt } from "../../core/webhooks/settle-attempt.ts";
import type { Answer } from "../../ports/answer.ts";
import type { Disabling, LeasedDelivery, SettledDelivery } from "../../ports/webhooks.ts";
import type { Services } from "../services.ts";
import { checkTarget } from "./check-target.ts";

const STORE_BUDGET_MS = 5_000;
const DNS_BUDGET_MS = 5_000;
/** For one attempt: connecting, headers and what is read of the body. */
export const ATTEMPT_BUDGET_MS = 15_000;
/** Longer than a turn can take, so that nobody else sends what this one is sending. */
const LEASE_MS = 60_000;
const TURN_MS = 25_000;
/** A Worker keeps six connections open at a time, and the stores need some. */
const SENT_AT_ONCE = 4;
const LOGGED_BODY = 1_024;

export type DeliveryDeps = Pick<Services, "webhooks" | "clock" | "newId" | "log">;

/** What a turn did. */
export interface Turn {
  readonly attempts: number;
  /** When the first of what failed is due again. */
  readonly nextDueMs: number | null;
}

/**
 * One turn of an endpoint: leases what is due, sends a few at a time and logs what came of it. It ends early after a failure, so that an endpoint
 * that hangs holds up nobody. Killed in between, what was not logged is sent again by the next turn once the lease is over.
 */
export async function deliverEndpoint(deps: DeliveryDeps, endpoint: Endpoint, attemptBudgetMs = ATTEMPT_BUDGET_MS): Answer<Turn> {
  const { webhooks, clock, newId } = deps;
  const startMs = clock();
  const lease = newId();
  const leased = await webhooks.deliveries.lease(endpoint.id, lease, { nowMs: startMs, untilMs: startMs + LEASE_MS }, STORE_BUDGET_MS);
  if (!leased.ok) return leased;
  const waiting = [...leased.value];
  if (waiting.length === 0) return ok({ attempts: 0, nextDueMs: null });
  const opened = await openTarget(deps, endpoint, startMs);
  const settled: SettledDelivery[] = [];
  let disabling: Disabling | null = null;
  let isGoing = true;
  while (isGoing && waiting.length > 0 && clock() - startMs < TURN_MS) {
    const wave = waiting.splice(0, endpoint.failingSinceMs === null ? SENT_AT_ONCE : 1);
    const made = await Promise.all(wave.map((delivery) => attempt(deps, { endpoint, delivery, opened, attemptBudgetMs })));
    for (const { settlement, disable } of made) {
      settled.push(settlement);
      if (settlement.status !== "delivered") isGoing = false;
      disabling ??= disable;
    }
  }
  const done = await webhooks.deliveries.settle({ endpointId: endpoint.id, lease, nowMs: clock() }, settled, disabling, STORE_BUDGET_MS);
  if (!done.ok) return done;
  const due = settled.flatMap(({ dueAtMs }) => (dueAtMs === null ? [] : [dueAtMs]));
  return ok({ attempts: settled.length, nextDueMs: due.length === 0 ? null : Math.min(...due) });
}

/** The endpoint's secrets, or why nothing can be sent to it now. */
type Opened = Result<OpenedSecrets, SendAnswer>;

async function openTarget({ webhooks, log }: DeliveryDeps, endpoint: Endpoint, nowMs: number): Promise<Opened> {
  const current = await webhooks.secrets.open(endpoint.secret, endpoint.id);
  if (!current.ok) return err({ kind: "unreadable_secret" });
  const isOverlap = endpoint.previousSecret !== null && nowMs < (endpoint.previousSecretUntilMs ?? 0);
  const before = isOverlap && endpoint.previousSecret !== null ? await webhooks.secrets.open(endpoint.previousSecret, endpoint.id) : null;
  const secrets = { current: current.value, previous: before?.ok ? before.value : null };
  const refused = await checkTarget(webhooks, calledUrl(endpoint, secrets), DNS_BUDGET_MS);
  if (!refused.ok) return err({ kind: "unresolved" });
  if (refused.value === null) return ok(secrets);
  log("webhook_target_refused", { endpoint: endpoint.id, why: refused.value });
  return err({ kind: "internal_address" });
}

interface Attempted {
  readonly settlement: SettledDelivery;
  readonly disable: Disabling | null;
}

async function attempt(
  { webhooks, clock }: DeliveryDeps,
  { endpoint, delivery, opened, attemptBudgetMs }: AttemptOrder,
): Promise<Attempted> {
  const startedAtMs = clock();
  const answer = opened.ok
    ? await webhooks.sender.send(await formatRequest(delivery.message, endpoint, opened.value, startedAtMs), attemptBudgetMs)
    : opened.error;
  const endedAtMs = clock();
  const judged = judgeAnswer(answer, endedAtMs);
  const { status, dueAtMs, disable } = settleAttempt(judged, { made: delivery.step + 1, endedAtMs, random: webhooks.random() });
  const isAnswered = answer.kind === "answered";
  return {
    settlement: {
      ...{ id: delivery.id, status, dueAtMs },
      attempt: {
        ...{ startedAtMs, durationMs: endedAtMs - startedAtMs, outcome: judged.outcome },
        responseStatus: isAnswered ? answer.status : null,
        // What a stranger sends back may echo anything.
        responseBody: isAnswered && answer.body !== "" ? redactText(answer.body, LOGGED_BODY) : null,
      },
    },
    disable: disable === null ? null : disablingOf(endpoint, disable, delivery.roundStartedMs, endedAtMs),
  };
}

interface AttemptOrder {
  readonly endpoint: Endpoint;
  readonly delivery: LeasedDelivery;
  readonly opened: Opened;
  readonly attemptBudgetMs: number;
}

function disablingOf(endpoint: Endpoint, reason: Disabling["reason"], roundStartedMs: number, nowMs: number): Disabling {
  const why = reason === "gone" ? "answered 410" : "took nothing for three days";
  const alert: NewAlert = {
    kind: "webhook_disabled",
    severity: reason === "gone" ? "medium" : "high",
    world: endpoint.world,
    dedupKey: `webhook_disabled:${endpoint.id}`,
    title: `the webhook \`${endpoint.name}\` ${why} and is told nothing more`,
    details: { endpoint: endpoint.id, reason },
    atMs: nowMs,
  };
  return { reason, alert, unlessSuccessSinceMs: reason === "failing" ? roundStartedMs : null };
}
