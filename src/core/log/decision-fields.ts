import type { StoredDecision } from "../decision/answer.ts";
import type { CanonicalEvent } from "../event/event.ts";
import type { LogFields } from "./log-line.ts";

/** What one decision's log record says (S3.18). `ip_address` is the transaction's, `user_id` the paying client. */
export function decisionFields(event: CanonicalEvent, { answer, recovered }: StoredDecision, requestId: string | null): LogFields {
  return {
    request_id: requestId,
    decision_id: answer.decision_id,
    transaction_id: answer.transaction_id,
    stage: answer.stage ?? event.stage,
    ip_address: typeof event.body.ip_address === "string" ? event.body.ip_address : null,
    user_id: event.dimensions.client ?? null,
    outcome: answer.outcome,
    risk_score: answer.risk_score,
    risk_level: answer.risk_level,
    reasons: answer.reasons.join(","),
    rules: answer.rules
      .filter((rule) => rule.mode === "live")
      .map((rule) => rule.id)
      .join(","),
    degraded: answer.degraded.join(","),
    model: answer.model.status,
    seq: answer.versions.seq,
    livemode: answer.livemode,
    recovered,
  };
}
