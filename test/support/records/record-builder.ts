import type { DecisionAnswer, StoredDecision } from "../../../src/core/decision/answer.ts";
import type { Outcome } from "../../../src/core/decision/outcome.ts";
import type { CanonicalEvent } from "../../../src/core/event/event.ts";
import type { RecordEntry } from "../../../src/ports/records.ts";

export const DAY_MS = 86_400_000;
/** A Friday noon. */
export const NOON = Date.UTC(2026, 10, 20, 12);

/** A card payment of 50.00 by `client-1` to `shop-1`. */
export function anEvent(changes: Partial<CanonicalEvent> & { readonly id: string }): CanonicalEvent {
  return {
    stage: "",
    type: "transaction",
    transactionType: "PAYMENT",
    occurredAtMs: NOON,
    status: "attempted",
    amountMinor: 5_000,
    dimensions: { client: "client-1", dest: "shop-1" },
    latitude: null,
    longitude: null,
    body: { type: "PAYMENT", amount: 50, client_id: "client-1" },
    ...changes,
  };
}

/** What a payment provider says of a transaction afterwards. */
export function aPayment(id: string, transactionId: string, status: CanonicalEvent["status"], occurredAtMs: number): CanonicalEvent {
  const body = { transaction_id: transactionId, status };
  return anEvent({ id, type: "payment", transactionType: null, status, occurredAtMs, amountMinor: null, dimensions: {}, body });
}

export function anEntry(event: CanonicalEvent, changes: Partial<Omit<RecordEntry, "event">> = {}): RecordEntry {
  return {
    event,
    bodyHash: `hash of ${event.id}`,
    receivedAtMs: event.occurredAtMs,
    livemode: true,
    decision: null,
    velocityPending: false,
    ...changes,
  };
}

export interface DecisionWish {
  readonly outcome?: Outcome;
  readonly decidedAtMs?: number;
  readonly answer?: Partial<DecisionAnswer>;
}

/** A decision about an event: allowed, nothing fired, unless wished otherwise. */
export function aDecision(
  event: CanonicalEvent,
  { outcome = "allow", decidedAtMs = event.occurredAtMs, answer = {} }: DecisionWish = {},
): StoredDecision {
  return {
    answer: {
      transaction_id: event.id,
      is_fraud: outcome === "block",
      fraud_probability: 0.125,
      risk_level: outcome === "block" ? "CRITICAL" : "LOW",
      risk_score: outcome === "block" ? 91.25 : 12.5,
      confidence: 0.875,
      recommendations: [],
      requires_3d_secure: outcome === "challenge",
      should_block: outcome === "block",
      timestamp: new Date(decidedAtMs).toISOString(),
      decision_id: `decision of ${event.id} ${event.stage}`,
      ...(event.stage === "" ? {} : { stage: event.stage }),
      outcome,
      reasons: [],
      rules: [],
      unknown_rules: [],
      degraded: [],
      warnings: [],
      model: { name: "transfer", version: "1", status: "scored" },
      versions: { seq: 7, ruleset: "r", features: "f", lists: null, model: "m" },
      livemode: true,
      ...answer,
    },
    facts: { values: { amount: 5_000, client_id: "client-1", login_count_1h: null }, missing: [], marks: {} },
    outOfRange: [],
    decidedAtMs,
    recovered: false,
  };
}

/** An event with its decision. */
export const aDecided = (event: CanonicalEvent, wish: DecisionWish = {}, changes: Partial<Omit<RecordEntry, "event">> = {}): RecordEntry =>
  anEntry(event, { decision: aDecision(event, wish), ...changes });
