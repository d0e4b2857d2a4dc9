import type { DecisionAnswer } from "../decision/answer.ts";

/**
 * Whether a decision is a block that its version made by rules or score, also one that the guard held back. A block that the block list or
 * a test device asked for is not: neither a review nor another version would change it.
 */
export function blocksByItself(answer: Pick<DecisionAnswer, "outcome" | "held_back" | "decided_by">): boolean {
  if (answer.held_back === true) return true;
  const by = answer.decided_by?.kind;
  return answer.outcome === "block" && by !== "block_list" && by !== "test_device";
}
