import type { DecisionAnswer } from "../core/decision/answer.ts";

/** The answer as its reader may see it: shadow rules are shown to staff only. */
export function forCaller(answer: DecisionAnswer, isStaff: boolean): DecisionAnswer {
  if (isStaff) return answer;
  return { ...answer, rules: answer.rules.filter((rule) => rule.mode === "live") };
}
