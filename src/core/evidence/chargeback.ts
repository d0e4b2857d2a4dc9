import type { CanonicalEvent } from "../event/event.ts";
import type { NewReport } from "../reports/report.ts";
import type { WebhookEvent } from "../webhooks/webhook-event.ts";

/** A bank took a payment back: told by a `payment` event of status `chargeback`. */
export interface Chargeback {
  readonly transactionId: string;
  readonly livemode: boolean;
  /** The id of the event that told it: the same chargeback, however often it is told. */
  readonly paymentId: string;
  readonly atMs: number;
  /** The scheme's code, as `10.4`; null when it was not told. */
  readonly reasonCode: string | null;
}

/** The chargeback that an event tells of, or null. */
export function chargebackOf(event: CanonicalEvent, livemode: boolean): Chargeback | null {
  const { transaction_id: transactionId, decline_code: reasonCode } = event.body;
  if (event.type !== "payment" || event.status !== "chargeback" || typeof transactionId !== "string") return null;
  return {
    transactionId,
    livemode,
    paymentId: event.id,
    atMs: event.occurredAtMs,
    reasonCode: typeof reasonCode === "string" ? reasonCode : null,
  };
}

/** The case it opens, one per transaction while it is open. @param disputed null when this service never saw the transaction */
export function chargebackReport(chargeback: Chargeback, disputed: CanonicalEvent | null, decisionIds: readonly string[]): NewReport {
  const { transactionId, livemode, paymentId, atMs, reasonCode } = chargeback;
  const { client, ip, device } = disputed?.dimensions ?? {};
  const listed = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value]);
  return {
    id: `chargeback:${livemode ? "live" : "test"}:${paymentId}`,
    dedupKey: `chargeback:${transactionId}`,
    type: "transaction_fraud",
    severity: "high",
    origin: "chargeback",
    livemode,
    entity: client === undefined ? null : { kind: "client", value: client },
    description: `transaction \`${transactionId}\` was charged back${disputed === null ? "; its record is not known here" : ""}`,
    evidence: {
      transaction_id: transactionId,
      payment_id: paymentId,
      charged_back_at: new Date(atMs).toISOString(),
      reason_code: reasonCode,
      evidence: `/api/admin/evidence/${encodeURIComponent(transactionId)}`,
    },
    decisionIds,
    ruleId: null,
    related: { addresses: listed(ip), devices: listed(device), clients: listed(client) },
    deadline: null,
    openedAtMs: atMs,
  };
}

/** `chargeback.initiated`, as subscribers are told. @param holdUntilMs until when its evidence is kept */
export function chargebackInitiated(chargeback: Chargeback, decisionIds: readonly string[], holdUntilMs: number): WebhookEvent {
  const { transactionId, livemode, paymentId, atMs, reasonCode } = chargeback;
  return {
    id: `chargeback.initiated:${paymentId}`,
    type: "chargeback.initiated",
    livemode,
    atMs,
    data: {
      ...{ transaction_id: transactionId, payment_id: paymentId, reason_code: reasonCode, decision_ids: decisionIds },
      charged_back_at: new Date(atMs).toISOString(),
      evidence_held_until: new Date(holdUntilMs).toISOString(),
    },
  };
}
