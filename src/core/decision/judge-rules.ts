import type { DecidingRule } from "./decide.ts";
import { boundOutcome, type Outcome, outcomeOfScore, type Thresholds } from "./outcome.ts";
import { riskScore } from "./score.ts";

/** What rules and model come to, before anything holds it back. */
export interface RulesVerdict {
  readonly outcome: Outcome;
  readonly score: number;
  /** The rule whose bound gave the outcome; null when the score did. */
  readonly rule: DecidingRule | null;
}

/** The score of the points and the model's probability, its outcome by the thresholds, and the bounds of the rules upon it. */
export function judgeRules(acted: readonly DecidingRule[], probability: number, thresholds: Thresholds): RulesVerdict {
  let points = 0;
  for (const rule of acted) points += rule.score;
  const score = riskScore(probability, points);
  const base = outcomeOfScore(score, thresholds);
  const outcome = boundOutcome(
    base,
    acted.map((rule) => rule.outcome ?? {}),
  );
  if (outcome === base) return { outcome, score, rule: null };
  const rule = acted.find((one) => one.outcome?.atLeast === outcome) ?? acted.find((one) => one.outcome?.atMost === outcome) ?? null;
  return { outcome, score, rule };
}
