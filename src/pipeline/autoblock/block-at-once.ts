import type { World } from "../../core/access/api-key.ts";
import { blockHit, blockId } from "../../core/autoblock/block-hit.ts";
import type { StoredDecision } from "../../core/decision/answer.ts";
import { LATE_BLOCK } from "../../core/decision/late-block.ts";
import type { BlockMarker } from "../../ports/autoblock.ts";
import type { Deadline } from "../budget.ts";
import type { Services } from "../services.ts";

type Mark = Parameters<BlockMarker["add"]>[0][number];

/**
 * Puts what decisions block by themselves into force before their answers leave, so that the next decision anywhere sees it: the only second round
 * trip, in the time that is left of Redis' budget. Past it `autoblock` is among what the decision did without, and the consumer makes the block.
 * @param decisions of one call; gives them in their order, each with the blocks that are left to record: of those that ask for one at once, one
 */
export async function blockAtOnce(
  services: Services,
  world: World,
  decisions: readonly StoredDecision[],
  deadline: Deadline,
): Promise<readonly StoredDecision[]> {
  const marks = new Map<string, Mark>();
  let isAway = false;
  for (const decision of decisions) {
    for (const block of immediate(decision)) {
      const place = `${block.target} ${block.value}`;
      if (!marks.has(place))
        marks.set(place, { of: { livemode: world === "live", kind: block.target, entity: block.value }, hit: blockHit(block, decision) });
      // Whoever just waited for Redis in vain does not wait again.
      isAway ||= decision.answer.degraded.includes("velocity");
    }
  }
  if (marks.size === 0) return decisions;
  if (isAway) return decisions.map(late);
  const added = await services.autoblock.marker.add([...marks.values()], services.clock(), deadline.allow(services.budgets.velocityMs));
  return added.ok ? decisions.map((decision) => withoutOthers(decision, added.value)) : decisions.map(late);
}

/** Leaves out the blocks that another decision made first: it records them. */
function withoutOthers(decision: StoredDecision, made: ReadonlySet<string>): StoredDecision {
  const { automaticBlocks = [], ...rest } = decision;
  const left = automaticBlocks.filter(
    ({ target, verdict }) => verdict?.kind !== "block" || made.has(blockId(decision.answer.decision_id, target)),
  );
  return left.length === 0 ? rest : { ...rest, automaticBlocks: left };
}

function late(decision: StoredDecision): StoredDecision {
  if (immediate(decision).length === 0) return decision;
  return { ...decision, answer: { ...decision.answer, degraded: [...decision.answer.degraded, LATE_BLOCK] } };
}

function immediate({ automaticBlocks = [] }: StoredDecision) {
  return automaticBlocks.filter(({ verdict }) => verdict?.kind === "block");
}
