import * as z from "zod";
import type { ListHit } from "../lists/list-hit.ts";
import type { DecidingRule } from "./decide.ts";

/** What an outcome comes from, in the order in which they go before each other: the highest of D11 that had a say, or what held it back. */
export const DECIDERS = ["test_device", "whitelist", "block_list", "guard", "holdout", "degraded", "rule", "score"] as const;

/** What decided: a list's entry, a rule by its bound or its holdout, the score's thresholds, the guard of the block rate, a lack of facts. */
export const DecidedBy = z.object({
  kind: z.enum(DECIDERS),
  /** The list entry's or the rule's id. */
  id: z.string().optional(),
  /** Whom the list entry names. */
  type: z.string().optional(),
  value: z.string().optional(),
  /** A code; of a list entry, its reason as it was written. */
  reason: z.string(),
});
export type DecidedBy = z.infer<typeof DecidedBy>;

/** A list entry that decided. */
export function byList(hit: ListHit): DecidedBy {
  const kind = hit.verdict === "allow" ? "whitelist" : "block_list";
  return { kind, id: hit.id, type: hit.kind, value: hit.value, reason: hit.reason };
}

/** A rule that decided by its `atLeast`, its `atMost`, or its `holdout`. */
export function byRule(kind: "rule" | "holdout", rule: Pick<DecidingRule, "id" | "reason">): DecidedBy {
  return { kind, id: rule.id, reason: rule.reason };
}
