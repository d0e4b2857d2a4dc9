import type { DecisionAnswer } from "../decision/answer.ts";

/**
 * Whether a decision is a block that its version made by rules or score, also one that the guard held back. A block that the block list or
 * a test device asked for is not: neither a review nor another version would change it.
 */
export function blocksByItself({ outcome, reasons }: Pick<DecisionAnswer, "outcome" | "reasons">): boolean {
  if (reasons.includes("block_rate_guard")) return true;
  return outcome === "block" && !reasons.includes("blocklisted") && !reasons.includes("test_device");
}
