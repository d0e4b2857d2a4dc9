import { type DecisionAnswer, plainAnswer } from "../core/decision/answer.ts";
import type { Explanation } from "../core/decision/build-decision.ts";

/** The answer as its reader may see it: shadow rules are shown to staff only. */
export function forCaller(answer: DecisionAnswer, isStaff: boolean): DecisionAnswer {
  if (isStaff) return answer;
  return { ...answer, rules: answer.rules.filter((rule) => rule.mode === "live") };
}

/** The same without the unknown rules that could not have changed the outcome: what a call gets that asked for no explanation. */
export const plainForCaller = (answer: DecisionAnswer, isStaff: boolean): DecisionAnswer => forCaller(plainAnswer(answer), isStaff);

/** The explanation as its reader may see it: the trees of shadow rules are shown to staff only. */
export function explanationForCaller(explanation: Explanation, isStaff: boolean): Explanation {
  if (isStaff) return explanation;
  return { ...explanation, rule_trees: explanation.rule_trees.filter(({ mode }) => mode !== "shadow") };
}
