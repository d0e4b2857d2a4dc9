import * as z from "zod";
import { type Dimension, ENTITY_KINDS } from "../event/entity.ts";
import type { DecidingRule } from "./decide.ts";

/** What comes of a block that a rule asks for. */
export const BlockVerdict = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("block") }),
  /** A person decides: other clients were active on the address within `windowMs` before the event; null others when nobody could tell. */
  z.object({ kind: z.literal("review"), others: z.number().nullable(), windowMs: z.number() }),
  /** The address's log is too short to tell: whoever records the decision asks the record. */
  z.object({ kind: z.literal("ask"), windowMs: z.number() }),
]);

/** One entity that rules ask to block, and for how long. */
export const AutomaticBlock = z.object({
  /** The rule that asks, by full id and by name. */
  rule: z.string(),
  name: z.string(),
  target: z.enum(ENTITY_KINDS),
  /** The entity's canonical text; an IPv6 address is its /64. */
  value: z.string(),
  /** How long the first block of this entity lasts. */
  forMs: z.number(),
  /** How long the second, third, … one lasts, the last figure from then on; empty when every one lasts `forMs`. */
  escalateMs: z.array(z.number()),
  /** What other active clients of an address mean: a person reviews, or it is blocked all the same. */
  collision: z.enum(["review", "ignore"]),
  /** Left out until it is judged (`judgeBlocks`): simulations ask and nothing comes of it. */
  verdict: BlockVerdict.optional(),
});
export type AutomaticBlock = z.infer<typeof AutomaticBlock>;

/**
 * What the rules of a decision ask to block, one entry per entity of the event: of several rules the one that ignores collisions, then the
 * one that blocks longest. A target the event does not have (a guest's client, a private address) is left out.
 * @param rules `Decided.blocking`: those that acted and are neither held out nor held back
 */
export function automaticBlocks(
  rules: readonly DecidingRule[],
  dimensions: Readonly<Partial<Record<Dimension, string>>>,
): readonly AutomaticBlock[] {
  const byTarget = new Map<string, AutomaticBlock>();
  for (const { id, name, autoBlock } of rules) {
    const value = autoBlock ? dimensions[autoBlock.target] : undefined;
    if (!autoBlock || value === undefined) continue;
    const { target, forMs, escalateMs, collision } = autoBlock;
    const known = byTarget.get(target);
    if (known === undefined || goesBefore(autoBlock, known))
      byTarget.set(target, { rule: id, name, target, value, forMs, escalateMs: [...escalateMs], collision });
  }
  return [...byTarget.values()];
}

type Asked = Pick<AutomaticBlock, "collision" | "forMs">;

function goesBefore(one: Asked, other: Asked): boolean {
  return one.collision === other.collision ? one.forMs > other.forMs : one.collision === "ignore";
}
