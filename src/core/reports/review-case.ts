import { parseAddress } from "../address/parse-address.ts";
import type { StoredDecision } from "../decision/answer.ts";
import type { RiskLevel } from "../decision/score.ts";
import type { CanonicalEvent } from "../event/event.ts";
import type { NewReport, ReportSeverity } from "./report.ts";

/** How long a case waits for a person, and what holds after that. */
export interface ReviewPolicy {
  readonly hours: number;
  /** Below this amount (minor units) nobody's decision is allow, from it on block. */
  readonly allowBelowMinor: number;
  /** Decimals of the deployment's currency. */
  readonly exponent: number;
}

const HOUR_MS = 3_600_000;
const SEVERITY_OF: Readonly<Record<RiskLevel, ReportSeverity>> = { LOW: "low", MEDIUM: "medium", HIGH: "high", CRITICAL: "critical" };
/** Whom a case is about: the first that its transaction names. */
const ABOUT = ["client", "card", "device", "email"] as const;

/** The case that an outcome `review` opens, one for all stages of a transaction; null for another outcome. */
export function reviewCase(
  event: CanonicalEvent,
  { answer, decidedAtMs }: StoredDecision,
  livemode: boolean,
  policy: ReviewPolicy,
): NewReport | null {
  if (answer.outcome !== "review") return null;
  const { dimensions, amountMinor } = event;
  const live = answer.rules.filter(({ mode }) => mode === "live").sort((a, b) => b.points - a.points);
  const about = ABOUT.find((kind) => dimensions[kind] !== undefined);
  const address = dimensions.ip === undefined || typeof event.body.ip_address !== "string" ? null : parseAddress(event.body.ip_address);
  const why = answer.reasons.length === 0 ? "its score" : answer.reasons.map((reason) => `\`${reason}\``).join(", ");
  return {
    id: `review-${answer.decision_id}`,
    dedupKey: `review:${event.id}`,
    type: "transaction_fraud",
    severity: SEVERITY_OF[answer.risk_level],
    origin: "review",
    livemode,
    entity: about === undefined ? null : { kind: about, value: dimensions[about] ?? "" },
    description: `a transaction waits for a person because of ${why}`,
    evidence: {
      transaction_id: event.id,
      stage: event.stage,
      amount: amountMinor === null ? null : amountMinor / 10 ** policy.exponent,
      risk_score: answer.risk_score,
      reasons: answer.reasons,
      rules: live.map(({ id, name, points, values }) => ({ id, name, points, values })),
      degraded: answer.degraded,
      held_back: answer.held_back ?? false,
      decided_at: new Date(decidedAtMs).toISOString(),
    },
    decisionIds: [answer.decision_id],
    ruleId: live[0]?.id ?? null,
    related: {
      addresses: address === null ? [] : [address.text],
      devices: dimensions.device === undefined ? [] : [dimensions.device],
      clients: dimensions.client === undefined ? [] : [dimensions.client],
    },
    deadline: {
      atMs: decidedAtMs + policy.hours * HOUR_MS,
      fallback: amountMinor !== null && amountMinor < policy.allowBelowMinor ? "allow" : "block",
    },
    openedAtMs: decidedAtMs,
  };
}
