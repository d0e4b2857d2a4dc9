import type { World } from "../core/access/api-key.ts";
import type { CompiledConfig } from "../core/config/compile.ts";
import type { DecisionAnswer } from "../core/decision/answer.ts";
import type { BlockGuard } from "../core/decision/block-guard.ts";
import { type BlockRateLimit, isOverRate } from "../core/guard/block-rate.ts";
import { blocksByItself } from "../core/guard/blocks-by-itself.ts";
import { createSlidingRate, type SlidingRate } from "../core/guard/sliding-rate.ts";
import { SLOT_MS } from "../core/guard/slot.ts";

export type CappedVersion = Pick<CompiledConfig, "seq" | "rulesetHash" | "featuresHash">;

/** What an isolate knows of a version's rate by itself, before the consumer has judged it and also with every store away. */
export interface BlockCap {
  /** A guard of the isolate's own: while its decisions of the last five minutes are over the limit. */
  guard(world: World, version: CappedVersion, limit: BlockRateLimit, nowMs: number): BlockGuard | null;
  /** Counts a decision that was made and will be recorded. */
  count(world: World, answer: DecisionAnswer, nowMs: number): void;
}

interface Counted {
  readonly seq: number;
  /** Ruleset and features as one: versions that share them share a rate. */
  readonly rules: string;
  readonly rate: SlidingRate;
}

/** One per isolate. Other rules begin anew; what an older version still decides is not counted. */
export function createBlockCap(): BlockCap {
  const nothing = (): Counted => ({ seq: 0, rules: "", rate: createSlidingRate() });
  const counted: Record<World, Counted> = { live: nothing(), test: nothing() };
  return {
    guard(world, { seq, rulesetHash, featuresHash }, limit, nowMs) {
      const known = counted[world];
      if (limit.maxBlockRate === null) return null;
      if (known.seq !== seq && known.rules !== rulesOf(rulesetHash, featuresHash)) return null;
      return isOverRate(known.rate.read(nowMs), limit) ? { seq, untilMs: nowMs + SLOT_MS } : null;
    },
    count(world, answer, nowMs) {
      const { seq, ruleset, features } = answer.versions;
      const known = counted[world];
      if (seq < known.seq) return;
      if (seq > known.seq) {
        const rules = rulesOf(ruleset, features ?? "");
        counted[world] = { seq, rules, rate: rules === known.rules ? known.rate : createSlidingRate() };
      }
      counted[world].rate.add(blocksByItself(answer), nowMs);
    },
  };
}

const rulesOf = (ruleset: string, features: string): string => `${ruleset} ${features}`;
