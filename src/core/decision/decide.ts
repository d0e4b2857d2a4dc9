import type { Vocabulary } from "../features/catalogue.ts";
import type { Facts } from "../features/value.ts";
import type { ModelVerdict } from "./answer.ts";
import { atLeast, boundOutcome, type Outcome, type OutcomeBound, outcomeOfScore, type Thresholds } from "./outcome.ts";
import { confidence, type RiskLevel, riskLevel, riskScore } from "./score.ts";

/** What `decide` needs to know of a rule. */
export interface DecidingRule {
  readonly id: string;
  readonly name: string;
  readonly reason: string;
  readonly severity: string;
  readonly mode: "live" | "shadow" | "off";
  /** Points, −100…100. */
  readonly score: number;
  readonly outcome?: OutcomeBound | undefined;
  readonly recommendation?: string | undefined;
}
export interface Policy extends Thresholds {
  /** Above this amount (minor units) a degraded decision is never better than review. */
  readonly reviewAmountWhenDegradedMinor: number | null;
}
/** A trusted entity of this event: `rules` null trusts it against everything, else only against these rules. */
export interface Trust {
  readonly reason: string;
  readonly rules: readonly string[] | null;
}
export interface DecideInput {
  readonly amountMinor: number | null;
  readonly facts: Facts;
  readonly vocabulary: Vocabulary;
  readonly policy: Policy;
  /** Rules whose conditions are true, in the ruleset's order, shadow ones included. */
  readonly fired: readonly DecidingRule[];
  readonly trust: readonly Trust[];
  readonly model: ModelVerdict;
  /** Names of the parts that failed. */
  readonly degraded: readonly string[];
}
export interface Decided {
  readonly outcome: Outcome;
  readonly score: number;
  readonly level: RiskLevel;
  readonly confidence: number;
  /** Stable codes, most weighty first. */
  readonly reasons: readonly string[];
  /** Live rules that acted, most points first; then shadow rules. */
  readonly acted: readonly DecidingRule[];
  readonly shadow: readonly DecidingRule[];
  readonly recommendations: readonly string[];
}

/** Below this probability the model is no reason of its own. */
const MODEL_IS_A_REASON_FROM = 0.5;

/** The decision on one event: pure, so it replays bit for bit from stored facts. Precedence is D11's. */
export function decide(input: DecideInput): Decided {
  const { facts, policy, model, trust } = input;
  const isTrusted = trust.some((entry) => entry.rules === null);
  const snoozed = new Set(trust.flatMap((entry) => entry.rules ?? []));
  const live = input.fired.filter((rule) => rule.mode === "live" && !isTrusted && !snoozed.has(rule.id));
  const acted = live.toSorted((a, b) => b.score - a.score);
  const shadow = input.fired.filter((rule) => rule.mode === "shadow");

  let points = 0;
  for (const rule of acted) points += rule.score;
  const score = riskScore(model.probability, points);
  let outcome: Outcome = isTrusted
    ? "allow"
    : boundOutcome(
        outcomeOfScore(score, policy),
        acted.map((rule) => rule.outcome ?? {}),
      );
  const isCautious =
    !isTrusted &&
    input.degraded.length > 0 &&
    policy.reviewAmountWhenDegradedMinor !== null &&
    (input.amountMinor ?? 0) > policy.reviewAmountWhenDegradedMinor;
  if (isCautious) outcome = atLeast(outcome, "review");

  const reasons = new Set<string>();
  if (isTrusted) reasons.add("whitelisted");
  if (model.probability >= MODEL_IS_A_REASON_FROM) reasons.add("model_score");
  for (const rule of acted) reasons.add(rule.reason);
  if (isCautious) reasons.add("degraded_large_amount");

  const level = riskLevel(score);
  return {
    outcome,
    score,
    level,
    confidence: confidence(model.probability, shareKnown(facts, input.vocabulary)),
    reasons: [...reasons],
    acted,
    shadow,
    recommendations: recommend(outcome, level, acted, input.degraded),
  };
}

/** The share of declared features that are not missing: absent is known. */
function shareKnown(facts: Facts, vocabulary: Vocabulary): number {
  const total = vocabulary.slots.length;
  if (total === 0) return 1;
  let missing = 0;
  for (let slot = 0; slot < total; slot++) if (facts.values[slot] === undefined) missing++;
  return (total - missing) / total;
}

const ADVICE: Readonly<Record<Outcome, string>> = {
  allow: "Accept the transaction.",
  challenge: "Ask for 3-D Secure before accepting the transaction.",
  review: "Hold the transaction until a person has looked at it.",
  block: "Refuse the transaction.",
};

/** What to do, in sentences: for the outcome, the level, each rule that acted, and what was missing. */
export function recommend(outcome: Outcome, level: RiskLevel, acted: readonly DecidingRule[], degraded: readonly string[]): string[] {
  const sentences = new Set<string>([ADVICE[outcome]]);
  if (level === "HIGH" && outcome !== "block") sentences.add("Ask the customer for an additional verification.");
  for (const rule of acted) if (rule.recommendation !== undefined) sentences.add(rule.recommendation);
  if (degraded.length > 0) sentences.add(`Decided without ${degraded.join(", ")}: check large amounts by hand.`);
  return [...sentences];
}
