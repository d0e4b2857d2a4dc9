import type { ListHit } from "../lists/list-hit.ts";

/** What the lists say of an event. */
export interface ListVerdict {
  /** The entry that refuses the event whatever the rules say. */
  readonly blockedBy: ListHit | null;
  /** The entry that silences all rules. */
  readonly trustedBy: ListHit | null;
  /** Full ids of rules that are silenced one by one. */
  readonly snoozed: ReadonlySet<string>;
}

const NOBODY: ListVerdict = Object.freeze({ blockedBy: null, trustedBy: null, snoozed: new Set<string>() });

/**
 * The lists' part of D11: a whitelist entry without `rules` silences every rule and lifts the blocks of its own entity; one with `rules`
 * silences those. All hits name an entity of one event, so hits of one kind name one entity: a trusted client lifts no block of its card.
 */
export function judgeLists(hits: readonly ListHit[]): ListVerdict {
  if (hits.length === 0) return NOBODY;
  const trusting = hits.filter((hit) => hit.verdict === "allow" && hit.rules === null);
  const blocking = hits.filter((hit) => hit.verdict === "block" && !trusting.some((entry) => entry.kind === hit.kind));
  return {
    // A person's word is the better reason to name than a rule's or a feed's.
    blockedBy: blocking.find((hit) => hit.source === "staff") ?? blocking[0] ?? null,
    trustedBy: trusting[0] ?? null,
    snoozed: new Set(hits.flatMap((hit) => (hit.verdict === "allow" ? (hit.rules ?? []) : []))),
  };
}
