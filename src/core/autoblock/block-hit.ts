import type { StoredDecision } from "../decision/answer.ts";
import type { AutomaticBlock } from "../decision/automatic-blocks.ts";
import type { ListHit } from "../lists/list-hit.ts";

/** The id of the entry that a decision's block becomes: the same however often the decision is seen. */
export function blockId(decisionId: string, target: AutomaticBlock["target"]): string {
  return `auto-${decisionId}-${target}`;
}

/** A decision's block as the next decision meets it, for as long as a first block lasts: its record may make it longer. */
export function blockHit(block: AutomaticBlock, { answer, decidedAtMs }: Pick<StoredDecision, "answer" | "decidedAtMs">): ListHit {
  return {
    verdict: "block",
    id: blockId(answer.decision_id, block.target),
    kind: block.target,
    value: block.value,
    reason: block.name,
    source: "auto",
    expiresAtMs: decidedAtMs + block.forMs,
    rules: null,
  };
}
