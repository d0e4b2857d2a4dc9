import type { StoredDecision } from "../decision/answer.ts";
import type { CanonicalEvent } from "../event/event.ts";
import type { DecisionFact, PaymentFact, TransactionFacts } from "./transaction-facts.ts";

/** An event as it was recorded, with the currency its amount is in. */
export interface RecordedEvent {
  readonly event: CanonicalEvent;
  readonly currency: { readonly code: string; readonly exponent: number };
}
/** Everything recorded about one transaction. */
export interface RecordedTransaction extends RecordedEvent {
  readonly livemode: boolean;
  readonly decisions: readonly StoredDecision[];
  /** `payment` events that name it, in the order of their times. */
  readonly payments: readonly RecordedEvent[];
}

type Body = Readonly<Record<string, unknown>>;
const CHECK = /^(three_ds|avs|cvc)/;

/** What a record says, in the form it is shown and kept; the newest result of each card check counts. */
export function factsOf({ event, currency, livemode, decisions, payments }: RecordedTransaction): TransactionFacts {
  const { body } = event;
  const paid = payments.map(paymentFact);
  const newest = <Name extends "avs" | "cvc" | "three_ds">(name: Name): PaymentFact[Name] | undefined =>
    paid.findLast((payment) => payment[name] !== null)?.[name];
  const { token: _, ...card } = objectOf<NonNullable<TransactionFacts["card"]> & { token?: string }>(body.card) ?? {};
  const paidCurrency = text(body.currency);
  return {
    transaction_id: event.id,
    order_id: text(body.order_id),
    livemode,
    occurred_at: iso(event.occurredAtMs),
    type: event.transactionType,
    status: event.status,
    amount: majorOf(event.amountMinor, currency.exponent),
    currency: currency.code,
    paid_currency: paidCurrency === currency.code ? null : paidCurrency,
    customer: {
      client_id: event.dimensions.client ?? null,
      email: text(body.email),
      phone: text(body.phone),
      ip_address: text(body.ip_address),
      ip_geo: objectOf(body.ip_geo),
      device_id: event.dimensions.device ?? null,
      user_agent: text(body.user_agent),
      city: text(body.city),
      country: text(body.country),
    },
    card: Object.keys(card).length === 0 ? null : card,
    billing: objectOf(body.billing),
    shipping: objectOf(body.shipping),
    avs: newest("avs") ?? text(body.avs),
    cvc: newest("cvc") ?? text(body.cvc),
    three_ds: newest("three_ds") ?? objectOf(body.three_ds),
    attributes: objectOf(body.attributes),
    decisions: decisions.map(decisionFact),
    payments: paid,
  };
}

function paymentFact({ event, currency }: RecordedEvent): PaymentFact {
  const { body } = event;
  return {
    id: event.id,
    status: event.status,
    at: iso(event.occurredAtMs),
    amount: majorOf(event.amountMinor, currency.exponent),
    decline_code: text(body.decline_code),
    avs: text(body.avs),
    cvc: text(body.cvc),
    three_ds: objectOf(body.three_ds),
  };
}

function decisionFact({ answer, facts, decidedAtMs }: StoredDecision): DecisionFact {
  const checks = Object.entries(facts.values).flatMap(([name, value]) =>
    CHECK.test(name) && value !== null ? [[name, value] as const] : [],
  );
  return {
    decision_id: answer.decision_id,
    stage: answer.stage ?? "",
    decided_at: iso(decidedAtMs),
    outcome: answer.outcome,
    risk_score: answer.risk_score,
    risk_level: answer.risk_level,
    reasons: answer.reasons,
    rules: answer.rules.filter(({ mode }) => mode === "live").map(({ id, name }) => ({ id, name })),
    checks: Object.fromEntries(checks),
    ruleset: answer.versions.ruleset,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const majorOf = (minor: number | null, exponent: number): number | null => (minor === null ? null : minor / 10 ** exponent);

/** A part of a recorded body, which was parsed by the schema of that part before it was recorded. */
function objectOf<Part extends object>(value: Body[string]): Part | null {
  return typeof value === "object" && value !== null ? (value as Part) : null;
}
