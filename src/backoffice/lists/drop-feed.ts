import * as z from "zod";
import { err, ok } from "../../core/result.ts";
import type { Feed } from "../../ports/lists.ts";
import { staffAction } from "../staff-action.ts";
import { FEED_BUDGET_MS, type FeedDeps, feedTarget, versionedFeed } from "./feed-deps.ts";
import { FeedName } from "./import-feed.ts";

/** Takes a feed out of force: with the next base, within a minute. */
export const dropFeed = staffAction<FeedDeps, { readonly name: string }, Feed>({
  verb: "lists.import",
  action: "list_feed.drop",
  input: z.strictObject({ name: FeedName }),
  plan: async (deps, { name }) => {
    const found = await deps.feeds.byName(name, FEED_BUDGET_MS);
    if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
    const feed = found.value;
    if (feed === null) return err({ kind: "not_found", detail: `there is no feed \`${name}\`` });
    return ok({
      change: deps.feeds.dropping(feed),
      target: feedTarget(name),
      current: versionedFeed(feed),
      after: null,
      reread: async () => {
        const now = await deps.feeds.byName(name, FEED_BUDGET_MS);
        return now.ok ? ok(now.value === null ? null : versionedFeed(now.value)) : now;
      },
      output: feed,
    });
  },
});
