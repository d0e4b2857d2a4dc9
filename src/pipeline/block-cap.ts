import type { World } from "../core/access/api-key.ts";
import type { DecisionAnswer } from "../core/decision/answer.ts";
import type { BlockGuard } from "../core/decision/block-guard.ts";
import { type BlockRateLimit, isOverRate } from "../core/guard/block-rate.ts";
import { blocksByItself } from "../core/guard/blocks-by-itself.ts";
import { createSlidingRate, type SlidingRate } from "../core/guard/sliding-rate.ts";
import { SLOT_MS } from "../core/guard/slot.ts";

/** What an isolate knows of a version's rate by itself, before the consumer has judged it and also with every store away. */
export interface BlockCap {
  /** A guard of the isolate's own: while its decisions of the last five minutes are over the limit. */
  guard(world: World, seq: number, limit: BlockRateLimit, nowMs: number): BlockGuard | null;
  /** Counts a decision that was made and will be recorded. */
  count(world: World, answer: DecisionAnswer, nowMs: number): void;
}

/** One per isolate. A new version begins anew; what an older one still decides is not counted. */
export function createBlockCap(): BlockCap {
  const counted: Record<World, { seq: number; rate: SlidingRate }> = {
    live: { seq: 0, rate: createSlidingRate() },
    test: { seq: 0, rate: createSlidingRate() },
  };
  return {
    guard(world, seq, limit, nowMs) {
      const known = counted[world];
      if (limit.maxBlockRate === null || known.seq !== seq) return null;
      return isOverRate(known.rate.read(nowMs), limit) ? { seq, untilMs: nowMs + SLOT_MS } : null;
    },
    count(world, answer, nowMs) {
      const { seq } = answer.versions;
      if (seq < counted[world].seq) return;
      if (seq > counted[world].seq) counted[world] = { seq, rate: createSlidingRate() };
      counted[world].rate.add(blocksByItself(answer), nowMs);
    },
  };
}
