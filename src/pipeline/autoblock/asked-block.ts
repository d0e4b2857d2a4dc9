import type { StoredDecision } from "../../core/decision/answer.ts";
import type { AutomaticBlock } from "../../core/decision/automatic-blocks.ts";
import type { CanonicalEvent } from "../../core/event/event.ts";
import type { RecordEntry } from "../../ports/records.ts";

/** A block that a decision asks for, with what it was decided on. */
export interface AskedBlock {
  readonly block: AutomaticBlock;
  readonly decision: StoredDecision;
  readonly event: CanonicalEvent;
  readonly livemode: boolean;
}

/** What entries ask to block, the oldest decision first. */
export function askedBlocks(entries: readonly RecordEntry[]): AskedBlock[] {
  return entries
    .flatMap(({ decision, event, livemode }) =>
      decision === null ? [] : (decision.automaticBlocks ?? []).map((block) => ({ block, decision, event, livemode })),
    )
    .sort((one, other) => one.decision.decidedAtMs - other.decision.decidedAtMs);
}
