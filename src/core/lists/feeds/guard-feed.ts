import { err, ok, type Result } from "../../result.ts";

/** Bytes of one import. */
export const MOST_FEED_BYTES = 32 << 20;
export const MOST_FEED_ENTRIES = 1_000_000;
/** A feed that loses nine in ten of its entries has lost something else. */
const LEAST_SHARE = 0.1;

export interface FeedRefusal {
  readonly code: "feed_empty" | "feed_shrunk" | "feed_too_large" | "too_many_feeds";
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
