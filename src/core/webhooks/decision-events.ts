import type { DecisionAnswer } from "../decision/answer.ts";
import type { WebhookEvent } from "./webhook-event.ts";

/**
 * What subscribers are told of a decision: that it was made, that it found fraud (it blocks), that its risk is high or critical.
 * @param answer as a caller may see it, without shadow rules
 */
export function decisionEvents(answer: DecisionAnswer, decidedAtMs: number): readonly WebhookEvent[] {
  const isRisky = answer.risk_level === "HIGH" || answer.risk_level === "CRITICAL";
  const types = [
    "transaction.analyzed" as const,
    ...(answer.outcome === "block" ? (["fraud.detected"] as const) : []),
    ...(isRisky ? (["risk.high"] as const) : []),
  ];
  const about = { livemode: answer.livemode, atMs: decidedAtMs, data: answer };
  return types.map((type) => ({ id: `${type}:${answer.decision_id}`, type, ...about }));
}
