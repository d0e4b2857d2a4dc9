import { err, type Result } from "../../core/result.ts";
import type { FeedSource, FeedSourceStore } from "../../ports/feed-sources.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { FEED_BUDGET_MS } from "./feed-deps.ts";

/** All feeds that are fetched by themselves, by name. */
export async function listFeedSources(
  deps: { readonly sources: FeedSourceStore },
  context: StaffContext,
): Promise<Result<readonly FeedSource[], StaffRefusal>> {
  if (!contextMay(context, "lists.read")) return err({ kind: "not_allowed", verb: "lists.read", role: context.role });
  const found = await deps.sources.list(FEED_BUDGET_MS);
  return found.ok ? found : err({ kind: "unavailable", part: found.error.source });
}
