import type { DecidingRule } from "./decide.ts";
import { judgeRules } from "./judge-rules.ts";
import { OUTCOMES, type Outcome, type Thresholds } from "./outcome.ts";

/**
 * The smallest set of rules without which rules and model would come to a milder outcome, most points first; null when no set would do,
 * because the model alone comes to it, or when the outcome is allow.
 *
 * Exact without a search. Every rule that asks for this outcome at least must go, or it stands. What is left depends on the sum of the points
 * alone, unless a rule caps it; and a sum falls below a threshold with the fewest rules when the largest points go first.
 */
export function decisiveRules(acted: readonly DecidingRule[], probability: number, policy: Thresholds): readonly string[] | null {
  const { outcome } = judgeRules(acted, probability, policy);
  const gone = acted.filter((rule) => rule.outcome?.atLeast !== undefined && rank(rule.outcome.atLeast) >= rank(outcome));
  const left = acted.filter((rule) => !gone.includes(rule)).toSorted((a, b) => b.score - a.score);
  while (rank(judgeRules(left, probability, policy).outcome) >= rank(outcome)) {
    const next = left.shift();
    if (next === undefined || next.score <= 0) return null;
    gone.push(next);
  }
  return gone.toSorted((a, b) => b.score - a.score).map(({ id }) => id);
}

const rank = (outcome: Outcome): number => OUTCOMES.indexOf(outcome);
