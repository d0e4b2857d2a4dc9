import { feedFetcher } from "../adapters/feeds/fetch-feed.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createFeedSourceStore } from "../adapters/postgres/feed-sources.ts";
import type { FeedServices } from "../pipeline/feeds/feed-services.ts";

/** Feeds that are fetched by themselves, over this deployment's stores. */
export function createFeeds(database: Database, lapiKey: string | null): FeedServices {
  return { sources: createFeedSourceStore(database), fetcher: feedFetcher, lapiKey };
}
