import * as z from "zod";
import { networkText } from "../../core/address/network.ts";
import { formatPath } from "../../core/event/lenient.ts";
import { FEED_CATEGORIES, type FeedCategory } from "../../core/lists/feed-category.ts";
import { FEED_FORMATS } from "../../core/lists/feeds/feed-format.ts";
import { createFeedReader, type FeedReport } from "../../core/lists/feeds/feed-reader.ts";
import { guardFeed, guardFeedCount, MOST_FEED_ENTRIES } from "../../core/lists/feeds/guard-feed.ts";
import { FEED_ROLES } from "../../core/lists/list-role.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Feed, FeedRow } from "../../ports/lists.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { EndAfter, readEnd } from "./entry-end.ts";
import { FEED_BUDGET_MS, type FeedDeps, type FeedRefusal, feedTarget, type Imported, MOST_FEED_BYTES, versionedFeed } from "./feed-deps.ts";

/** Rows that one statement takes. */
const ROWS_AT_ONCE = 10_000;
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
  if (previous === null) {
    const feeds = await deps.feeds.list(FEED_BUDGET_MS);
    if (!feeds.ok) return unavailable(feeds.error.source);
    const room = guardFeedCount(feeds.value.length);
    if (!room.ok) return err({ kind: "feed_refused", ...room.error, report: NOTHING_READ });
  }
  const [high = 0, low = 0] = deps.randomBytes(2);
  const generation = context.nowMs * 1_000 + (((high << 8) | low) % 1_000);
  const filled = await fill(deps, call, generation, previous, context.nowMs, text);
  if (!filled.ok) return filled;
  const { report, entries } = filled.value;
  const guarded = guardFeed(previous?.entries ?? null, entries);
  if (!guarded.ok && !(guarded.error.code === "feed_shrunk" && call.confirm === "true"))
    return err({ kind: "feed_refused", ...guarded.error, report });
  const feed: Feed = {
    category: categoryOf(call, previous),
    ...{ name: call.as, role: call.role, format: call.format, origin: call.origin ?? null, minCount: call.min_count, entries, generation },
    ...{ importedAtMs: context.nowMs, importedBy: context.actor.id, expiresAtMs: end.value, version: (previous?.version ?? 0) + 1 },
  };
  const switched = await switchFeed(deps, context, { feed, previous, isUrgent: call.apply === "now" });
  return switched.ok ? ok({ feed, previous, report }) : switched;
}

const NOTHING_READ = { entries: 0, belowMinCount: 0, expired: 0, faultCount: 0, faults: [] };

const categoryOf = ({ category }: Call, previous: Feed | null): FeedCategory | null => category ?? previous?.category ?? null;

interface Filled {
  readonly report: Omit<FeedReport, "withdrawn">;
  readonly entries: number;
}

async function fill(
  deps: FeedDeps,
  call: Call,
  generation: number,
  previous: Feed | null,
  nowMs: number,
  text: AsyncIterable<string>,
): Promise<Result<Filled, StaffRefusal | FeedRefusal>> {
  let rows: FeedRow[] = [];
  const reader = createFeedReader({
    ...{ format: call.format, role: call.role, category: categoryOf(call, previous), minCount: call.min_count, nowMs },
    take: ({ network, count, country, expiresAtMs }) => rows.push({ network: networkText(network), count, country, expiresAtMs }),
  });
  const flush = async (least: number): Promise<Result<void, StaffRefusal>> => {
    while (rows.length >= least && rows.length > 0) {
      const written = await deps.feeds.fill(call.as, generation, rows.slice(0, ROWS_AT_ONCE), FEED_BUDGET_MS);
      if (!written.ok) return unavailable(written.error.source);
      rows = rows.slice(ROWS_AT_ONCE);
    }
    return ok(undefined);
  };
  if (call.mode === "merge" && previous !== null) {
    const copied = await deps.feeds.copy(previous, generation, FEED_BUDGET_MS);
    if (!copied.ok) return unavailable(copied.error.source);
  }
  let characters = 0;
  let taken = 0;
  for await (const part of text) {
    characters += part.length;
    if (characters > MOST_FEED_BYTES) return err({ kind: "too_large", mostBytes: MOST_FEED_BYTES });
    const before = rows.length;
    reader.push(part);
    taken += rows.length - before;
    // Cut off here it would be a list that nobody made.
    if (taken > 2 * MOST_FEED_ENTRIES) return tooManyLines(reader.end());
    const flushed = await flush(ROWS_AT_ONCE);
    if (!flushed.ok) return flushed;
  }
  const { withdrawn, ...report } = reader.end();
  // What a stream takes back goes first: the same answer may name the network anew.
  if (call.mode === "merge" && withdrawn.length > 0) {
    const removed = await deps.feeds.remove(call.as, generation, withdrawn.map(networkText), FEED_BUDGET_MS);
    if (!removed.ok) return unavailable(removed.error.source);
  }
  const flushed = await flush(0);
  if (!flushed.ok) return flushed;
  const counted = await deps.feeds.count(call.as, generation, FEED_BUDGET_MS);
  return counted.ok ? ok({ report, entries: counted.value }) : unavailable(counted.error.source);
}

function tooManyLines({ withdrawn: _, ...report }: FeedReport): Result<never, FeedRefusal> {
  const message = `the feed has more than ${(2 * MOST_FEED_ENTRIES).toLocaleString("en")} lines with an address`;
  return err({ kind: "feed_refused", code: "feed_too_large", message, report });
}

const unavailable = (part: string): Result<never, StaffRefusal> => err({ kind: "unavailable", part });
