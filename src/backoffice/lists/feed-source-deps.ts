import type { FeedSource, FeedSourceStore } from "../../ports/feed-sources.ts";
import type { StaffDeps, Versioned } from "../staff-action.ts";

export interface FeedSourceDeps extends StaffDeps {
  readonly sources: FeedSourceStore;
  /** Whether `http://127.0.0.1` may be fetched, for a local stack. */
  readonly allowsLocal: boolean;
}

export const sourceTarget = (name: string) => ({ kind: "feed_source", id: name, isPersonal: false }) as const;

export function versionedSource(source: FeedSource): Versioned {
  const { version, url, format, role, category, minCount, ttl, intervalSeconds, isActive } = source;
  return {
    version,
    state: { url, format, role, category, min_count: minCount, ttl, interval_seconds: intervalSeconds, is_active: isActive },
  };
}
