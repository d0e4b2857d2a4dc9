import { expect, test } from "vitest";
import { guardFeed } from "../../../../src/core/lists/feeds/guard-feed.ts";

test.each([
  [null, 1],
  [1_000, 101],
  [0, 5],
  [1, 1],
  [50, 1_000_000],
])("a feed of %s entries may become one of %i", (previous, next) => {
  expect(guardFeed(previous, next).ok).toBe(true);
});

test.each([
  [null, 0, "feed_empty", "the feed has no entries; it is not applied"],
  [1_000, 0, "feed_empty", "the feed has no entries; it is not applied"],
  [120_437, 12_000, "feed_shrunk", "the feed would shrink from 120,437 entries to 12,000"],
  [1_000, 100, "feed_shrunk", "the feed would shrink from 1,000 entries to 100"],
  [null, 1_000_001, "feed_too_large", "the feed has 1,000,001 entries, more than 1,000,000"],
])("a feed of %s entries may not become one of %i", (previous, next, code, message) => {
  expect(guardFeed(previous, next)).toEqual({ ok: false, error: { code, message } });
});
