import { err, ok, type Result } from "../../core/result.ts";
import type { Feed, FeedStore, ListState, ListStateStore } from "../../ports/lists.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { FEED_BUDGET_MS } from "./feed-deps.ts";

/** All feeds, and how far the base is with them. */
export async function listFeeds(
  deps: { readonly feeds: FeedStore; readonly state: ListStateStore },
  context: StaffContext,
): Promise<Result<{ readonly feeds: readonly Feed[]; readonly state: ListState }, StaffRefusal>> {
  if (!contextMay(context, "lists.read")) return err({ kind: "not_allowed", verb: "lists.read", role: context.role });
  const [feeds, state] = await Promise.all([deps.feeds.list(FEED_BUDGET_MS), deps.state.read(FEED_BUDGET_MS)]);
  if (!feeds.ok) return err({ kind: "unavailable", part: feeds.error.source });
  return state.ok ? ok({ feeds: feeds.value, state: state.value }) : err({ kind: "unavailable", part: state.error.source });
}
