import { err, ok, type Result } from "../../result.ts";

/** Bytes of one import. */
export const MOST_FEED_BYTES = 32 << 20;
export const MOST_FEED_ENTRIES = 1_000_000;
/** Network operators and countries of one import: isolates keep them as objects. */
export const MOST_FEED_NAMES = 20_000;
/** Networks of all feeds together: every isolate keeps them, at most 45 MiB of them, and the ones before while it swaps. */
export const MOST_BASE_ENTRIES = 1_500_000;
/** A feed that loses nine in ten of its entries has lost something else. */
const LEAST_SHARE = 0.1;

export interface FeedRefusal {
  readonly code: "feed_empty" | "feed_shrunk" | "feed_too_large" | "too_many_feeds" | "feeds_too_large";
  readonly message: string;
}

/** A compiled list tells 256 pairs of role and source apart; people's and rules' own take some of them. */
export const MOST_FEEDS = 240;

/** Whether there is room for one more feed. */
export function guardFeedCount(feeds: number): Result<null, FeedRefusal> {
  if (feeds < MOST_FEEDS) return ok(null);
  return err({ code: "too_many_feeds", message: `there are ${feeds} feeds, and no more than ${MOST_FEEDS} can be in force: drop one` });
}

/** Whether an import may replace what a feed holds now (null: it is new): neither empty, nor a tenth of it or less, nor over a million entries. */
export function guardFeed(previousCount: number | null, nextCount: number): Result<null, FeedRefusal> {
  const next = nextCount.toLocaleString("en");
  if (nextCount === 0) return err({ code: "feed_empty", message: "the feed has no entries; it is not applied" });
  if (nextCount > MOST_FEED_ENTRIES)
    return err({ code: "feed_too_large", message: `the feed has ${next} entries, more than ${MOST_FEED_ENTRIES.toLocaleString("en")}` });
  if (previousCount !== null && nextCount <= previousCount * LEAST_SHARE)
    return err({ code: "feed_shrunk", message: `the feed would shrink from ${previousCount.toLocaleString("en")} entries to ${next}` });
  return ok(null);
}

/** Whether a feed fits beside all others. @param feeds those in force, the one before it among them or not */
export function guardTotal(
  feeds: readonly { readonly name: string; readonly entries: number }[],
  { name, entries }: { readonly name: string; readonly entries: number },
): Result<null, FeedRefusal> {
  const total = feeds.reduce((sum, feed) => (feed.name === name ? sum : sum + feed.entries), entries);
  if (total <= MOST_BASE_ENTRIES) return ok(null);
  const [all, most] = [total.toLocaleString("en"), MOST_BASE_ENTRIES.toLocaleString("en")];
  return err({
    code: "feeds_too_large",
    message: `all feeds together would have ${all} networks, of at most ${most}: drop a feed, or raise its \`min_count\``,
  });
}
