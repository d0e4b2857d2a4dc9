import type { FeedFetcher, FeedSourceStore } from "../../ports/feed-sources.ts";

/** Feeds that are fetched by themselves. */
export interface FeedServices {
  readonly sources: FeedSourceStore;
  readonly fetcher: FeedFetcher;
  /** What a LAPI of CrowdSec knows this service by; null when none is set. */
  readonly lapiKey: string | null;
}
