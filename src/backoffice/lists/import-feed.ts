import * as z from "zod";
import { formatPath } from "../../core/event/lenient.ts";
import { FEED_CATEGORIES, type FeedCategory } from "../../core/lists/feed-category.ts";
import { FEED_FORMATS } from "../../core/lists/feeds/feed-format.ts";
import { guardFeed, guardFeedCount, guardTotal } from "../../core/lists/feeds/guard-feed.ts";
import { FEED_ROLES } from "../../core/lists/list-role.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Feed } from "../../ports/lists.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { EndAfter, readEnd } from "./entry-end.ts";
import { FEED_BUDGET_MS, type FeedDeps, type FeedRefusal, feedTarget, type Imported, versionedFeed } from "./feed-deps.ts";

const Flag = z.enum(["true", "false"]).default("false");

export const FeedName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "must be a name of lower-case letters, digits, `.`, `_` and `-`");
export const FeedImportCall = z.strictObject({
  as: FeedName.refine((name) => name !== "staff" && name !== "auto", "`staff` and `auto` are people's and rules' own"),
  format: z.enum(FEED_FORMATS).default("netset"),
  /** `signal` tells rules only and refuses nobody. */
  role: z.enum(FEED_ROLES).default("signal"),
  /** What the feed says of its addresses, for the features that read it; as before when it is left out. */
  category: z.enum(FEED_CATEGORIES).optional(),
  min_count: z.coerce.number().int().min(1).max(1_000_000).default(1),
  /** When the feed stops to count unless it is imported again: `36h`. */
  ttl: EndAfter.optional(),
  /** Where it was read, for people. */
  origin: z.string().max(500).optional(),
  /** `merge` adds to what the feed holds and takes back what a stream withdraws. */
  mode: z.enum(["replace", "merge"]).default("replace"),
  /** `now`: in force within a minute; `hourly`: with the next base, for what is imported often. */
  apply: z.enum(["now", "hourly"]).default("now"),
  /** Applies a feed that lost nine in ten of its entries. */
  confirm: Flag,
});
type Call = z.infer<typeof FeedImportCall>;

interface Switch {
  readonly feed: Feed;
  readonly previous: Feed | null;
  readonly isUrgent: boolean;
}
const switchFeed = staffAction<FeedDeps, Switch, Feed>({
  verb: "lists.import",
  action: "list_feed.import",
  // Made by `importFeed` alone, from a call that was parsed there.
  input: z.custom<Switch>(),
  plan: async (deps, { feed, previous, isUrgent }) => {
    const { version: _, state } = versionedFeed(feed);
    return ok({
      change: deps.feeds.switching(feed, isUrgent),
      target: feedTarget(feed.name),
      current: previous === null ? null : versionedFeed(previous),
      after: state,
      reread: async () => {
        const now = await deps.feeds.byName(feed.name, FEED_BUDGET_MS);
        return now.ok ? ok(now.value === null ? null : versionedFeed(now.value)) : now;
      },
      output: feed,
    });
  },
});

/**
 * Imports a feed as its text arrives: its networks are filled in beside those in force and switched to as a whole, so a faulty, broken-off or
 * shrunken import changes nothing. Bad lines are told and left out.
 */
export async function importFeed(
  deps: FeedDeps,
  context: StaffContext,
  input: unknown,
  text: AsyncIterable<string>,
): Promise<Result<Imported, StaffRefusal | FeedRefusal>> {
  if (!contextMay(context, "lists.import")) return err({ kind: "not_allowed", verb: "lists.import", role: context.role });
  const parsed = FeedImportCall.safeParse(input);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ code, path, message }) => ({ code, path: formatPath(path), message }));
    return err({ kind: "invalid", faults });
  }
  const call = parsed.data;
  const end = readEnd({ at: undefined, after: call.ttl, atPath: "ttl" }, context.nowMs);
  if (!end.ok) return err({ kind: "invalid", faults: [{ ...end.error, path: "ttl" }] });
  const known = await deps.feeds.byName(call.as, FEED_BUDGET_MS);
  if (!known.ok) return unavailable(known.error.source);
  const previous = known.value;
  const feeds = await deps.feeds.list(FEED_BUDGET_MS);
  if (!feeds.ok) return unavailable(feeds.error.source);
  if (previous === null) {
    const room = guardFeedCount(feeds.value.length);
    if (!room.ok) return err({ kind: "feed_refused", ...room.error, report: NOTHING_READ });
  }
  const [high = 0, low = 0] = deps.randomBytes(2);
  const generation = context.nowMs * 1_000 + (((high << 8) | low) % 1_000);
  const order = {
    ...{ name: call.as, format: call.format, role: call.role, category: categoryOf(call, previous), minCount: call.min_count },
    ...{ mode: call.mode, generation, previous, nowMs: context.nowMs },
  };
  const filled = await deps.fill(deps.feeds, order, text);
  if (!filled.ok) return filled;
  const { report, entries } = filled.value;
  const guarded = guardFeed(previous?.entries ?? null, entries);
  if (!guarded.ok && !(guarded.error.code === "feed_shrunk" && call.confirm === "true"))
    return err({ kind: "feed_refused", ...guarded.error, report });
  const total = guardTotal(feeds.value, { name: call.as, entries });
  if (!total.ok) return err({ kind: "feed_refused", ...total.error, report });
  const feed: Feed = {
    ...{
      name: call.as,
      role: call.role,
      category: order.category,
      format: call.format,
      origin: call.origin ?? null,
      minCount: call.min_count,
      entries,
      generation,
    },
    ...{ importedAtMs: context.nowMs, importedBy: context.actor.id, expiresAtMs: end.value, version: (previous?.version ?? 0) + 1 },
  };
  const switched = await switchFeed(deps, context, { feed, previous, isUrgent: call.apply === "now" });
  return switched.ok ? ok({ feed, previous, report }) : switched;
}

const NOTHING_READ = { entries: 0, belowMinCount: 0, expired: 0, faultCount: 0, faults: [], otherScopes: [] };

const categoryOf = ({ category }: Call, previous: Feed | null): FeedCategory | null => category ?? previous?.category ?? null;

const unavailable = (part: string): Result<never, StaffRefusal> => err({ kind: "unavailable", part });
