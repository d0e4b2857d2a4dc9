import type { DecidingRule } from "./decide.ts";
import type { Outcome } from "./outcome.ts";
import type { RiskLevel } from "./score.ts";

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
