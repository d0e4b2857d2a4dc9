import * as z from "zod";
import { err, ok } from "../../core/result.ts";
import type { FeedSource } from "../../ports/feed-sources.ts";
import { staffAction } from "../staff-action.ts";
import { FEED_BUDGET_MS } from "./feed-deps.ts";
import { type FeedSourceDeps, sourceTarget, versionedSource } from "./feed-source-deps.ts";
import { FeedName } from "./import-feed.ts";

/** Fetches a feed no more; what was imported stays in force until it is dropped or over. */
export const dropFeedSource = staffAction<FeedSourceDeps, { readonly name: string }, FeedSource>({
  verb: "lists.import",
  action: "feed_source.drop",
  input: z.strictObject({ name: FeedName }),
  plan: async (deps, { name }) => {
    const found = await deps.sources.byName(name, FEED_BUDGET_MS);
    if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
    const source = found.value;
    if (source === null) return err({ kind: "not_found", detail: `no feed \`${name}\` is fetched by itself` });
    return ok({
      change: deps.sources.dropping(source),
      target: sourceTarget(name),
      current: versionedSource(source),
      after: null,
      reread: async () => {
        const now = await deps.sources.byName(name, FEED_BUDGET_MS);
        return now.ok ? ok(now.value === null ? null : versionedSource(now.value)) : now;
      },
      output: source,
    });
  },
});
