import type { DecidedBy } from "../decision/decided-by.ts";
import { LISTED_KINDS, type ListHit } from "../lists/list-hit.ts";

/**
 * The list entry that decided then, as a hit: it stands whatever the rules say now. An entry of the ruleset's own whitelist is left out, since
 * the configuration that is tried brings its own; so is an entry that was not decisive, because no record names it.
 */
export function pastHits(decidedBy: DecidedBy | null): readonly ListHit[] {
  if (decidedBy === null || (decidedBy.kind !== "block_list" && decidedBy.kind !== "whitelist")) return NONE;
  const { id = "", type, value = "", reason } = decidedBy;
  const kind = LISTED_KINDS.find((known) => known === type);
  if (kind === undefined || id.startsWith("ruleset:")) return NONE;
  const verdict = decidedBy.kind === "whitelist" ? "allow" : "block";
  return [{ verdict, id, kind, value, reason, source: "staff", expiresAtMs: null, rules: null }];
}

const NONE: readonly ListHit[] = Object.freeze([]);
