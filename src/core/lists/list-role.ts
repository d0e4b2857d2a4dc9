import type { FeedCategory } from "./feed-category.ts";

/**
 * What an entry of a list does to the addresses it covers. `signal` refuses nobody and is a fact for rules; `excuse` is a whitelist entry that
 * silences only the rules it names, and so lifts no block.
 */
export const LIST_ROLES = ["signal", "excuse", "challenge", "block", "allow"] as const;
export type ListRole = (typeof LIST_ROLES)[number];

/** The roles that a whole feed may be given. */
export const FEED_ROLES = ["signal", "challenge", "block", "allow"] as const;
export type FeedRole = (typeof FEED_ROLES)[number];

/** What entries of a compiled list have in common: their role, and the feed's name, or `staff` or `auto`. */
export interface ListTag {
  readonly role: ListRole;
  readonly source: string;
  /** What the feed says of its addresses, for those that say anything. */
  readonly category?: FeedCategory;
  /** When the whole feed is over, epoch milliseconds; left out never. */
  readonly endsAtMs?: number;
  /** Network operators and countries that the feed lists, each with its end in epoch seconds; null never ends. */
  readonly names?: readonly ListedName[];
}
export type ListedName = readonly [kind: "asn" | "country", value: string, expiry: number | null];
