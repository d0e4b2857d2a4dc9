import type { FeedReport } from "../../core/lists/feeds/feed-reader.ts";
import type { FillFeed } from "../../ports/feed-sources.ts";
import type { Feed, FeedStore } from "../../ports/lists.ts";
import type { StaffDeps, Versioned } from "../staff-action.ts";

export const FEED_BUDGET_MS = 20_000;

export interface FeedDeps extends StaffDeps {
  readonly feeds: FeedStore;
  /** Reads a feed into a generation. */
  readonly fill: FillFeed;
  readonly randomBytes: (length: number) => Uint8Array;
}
export interface Imported {
  readonly feed: Feed;
  /** What it held before; null when it is new. */
  readonly previous: Feed | null;
  readonly report: Omit<FeedReport, "withdrawn">;
}
export type FeedRefusal =
  /** Nothing was changed: the feed as it was stays in force. */
  | { readonly kind: "feed_refused"; readonly code: string; readonly message: string; readonly report: Omit<FeedReport, "withdrawn"> }
  | { readonly kind: "too_large"; readonly mostBytes: number };

export const feedTarget = (name: string) => ({ kind: "list_feed", id: name, isPersonal: false }) as const;

export function versionedFeed({ version, role, category, format, entries, minCount, origin }: Feed): Versioned {
  return { version, state: { role, category, format, entries, min_count: minCount, origin } };
}
