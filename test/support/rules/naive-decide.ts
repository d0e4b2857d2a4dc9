import { cohort } from "../../../src/core/decision/cohort.ts";
import type { DecideInput, DecidingRule } from "../../../src/core/decision/decide.ts";
import { OUTCOMES, type Outcome } from "../../../src/core/decision/outcome.ts";

export interface NaiveDecided {
  readonly outcome: Outcome;
  readonly by: string;
  readonly acted: readonly string[];
  readonly shadow: readonly string[];
  readonly blocking: readonly string[];
}

const LADDER: readonly Outcome[] = OUTCOMES;
const max = (a: Outcome, b: Outcome): Outcome => LADDER[Math.max(LADDER.indexOf(a), LADDER.indexOf(b))] ?? a;
const min = (a: Outcome, b: Outcome): Outcome => LADDER[Math.min(LADDER.indexOf(a), LADDER.indexOf(b))] ?? a;

/** D11 read from top to bottom, the slow and obvious way. Who decided is told only by kind. */
export function naiveDecide(input: DecideInput): NaiveDecided {
  const { hits, fired, member, guard, policy, model } = input;
  const isIn = (rule: DecidingRule, use: "rollout" | "holdout", percent: number | undefined): boolean =>
    percent !== undefined && member !== null && cohort(member, rule.id, use) < percent;
  const trusts = hits.filter((hit) => hit.verdict === "allow" && hit.rules === null);
  const isSilenced = (rule: DecidingRule): boolean =>
    trusts.length > 0 || hits.some((hit) => hit.verdict === "allow" && (hit.rules ?? []).includes(rule.id));
  const isLeftOut = (rule: DecidingRule): boolean => rule.rollout !== undefined && member !== null && !isIn(rule, "rollout", rule.rollout);

  const acted = fired.filter((rule) => rule.mode === "live" && !isSilenced(rule) && !isLeftOut(rule));
  const shadow = fired.filter((rule) => rule.mode === "shadow" || (rule.mode === "live" && !isSilenced(rule) && isLeftOut(rule)));
  const held = acted.filter((rule) => isIn(rule, "holdout", rule.holdout));
  const others = acted.filter((rule) => !held.includes(rule));

  const rulesSay = (rules: readonly DecidingRule[]): Outcome => {
    const points = Math.min(
      100,
      Math.max(
        0,
        rules.map((rule) => rule.score).reduce((sum, score) => sum + score, 0),
      ),
    );
    const score = Math.round(100 * 100 * (1 - (1 - model.probability) * (1 - points / 100)) * (1 + Number.EPSILON)) / 100;
    let outcome: Outcome = "allow";
    if (score >= policy.challengeAt) outcome = "challenge";
    if (score >= policy.reviewAt) outcome = "review";
    if (score >= policy.blockAt) outcome = "block";
    for (const rule of rules) outcome = min(outcome, rule.outcome?.atMost ?? "block");
    for (const rule of rules) outcome = max(outcome, rule.outcome?.atLeast ?? "allow");
    return outcome;
  };
  const told = (outcome: Outcome, by: string): NaiveDecided => ({
    outcome,
    by,
    acted: acted.map(({ id }) => id).sort(),
    shadow: shadow.map(({ id }) => id).sort(),
    blocking: guard === null ? others.map(({ id }) => id).sort() : [],
  });

  if (hits.some((hit) => hit.verdict === "block" && !trusts.some(({ kind }) => kind === hit.kind))) return told("block", "block_list");
  if (trusts.length > 0) return told("allow", "whitelist");
  const outcome = rulesSay(acted);
  if (outcome === "block" && rulesSay(others) !== "block") return told("review", "holdout");
  if (outcome === "block" && guard !== null) return told("review", "guard");
  const limit = policy.reviewAmountWhenDegradedMinor;
  const isCautious = input.degraded.length > 0 && limit !== null && (input.amountMinor ?? 0) > limit;
  if (isCautious && LADDER.indexOf(outcome) < LADDER.indexOf("review")) return told("review", "degraded");
  return told(outcome, "rule or score");
}
