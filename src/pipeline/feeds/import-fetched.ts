import { guardFeed, guardFeedCount, guardTotal } from "../../core/lists/feeds/guard-feed.ts";
import { parseCrowdsec, type Withdrawn } from "../../core/lists/feeds/parse-crowdsec.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { parseDuration } from "../../core/rules/literal.ts";
import type { FeedOrder, FeedSource } from "../../ports/feed-sources.ts";
import type { Feed } from "../../ports/lists.ts";
import type { Services } from "../services.ts";
import { fillFeed } from "./fill-feed.ts";

const BUDGET_MS = 20_000;

/** Imports what a source answered, with its audit row; `unchanged` when a stream brought nothing. The error is a sentence for people. */
export async function importFetched(
  services: Services,
  source: FeedSource,
  options: { readonly text: AsyncIterable<string>; readonly mode: FeedOrder["mode"]; readonly nowMs: number },
): Promise<Result<"imported" | "unchanged", string>> {
  const { mode, nowMs } = options;
  const { feeds } = services.lists;
  const known = await feeds.byName(source.name, BUDGET_MS);
  if (!known.ok) return err("Postgres gave no answer");
  const previous = known.value;
  const all = await feeds.list(BUDGET_MS);
  if (!all.ok) return err("Postgres gave no answer");
  if (previous === null) {
    const room = guardFeedCount(all.value.length);
    if (!room.ok) return err(room.error.message);
  }
  let text = options.text;
  if (mode === "merge" && previous !== null) {
    const whole = await joined(text);
    const changes = parseCrowdsec(whole, { role: source.role, nowMs });
    if (changes.ok && changes.value.items.length + countWithdrawn(changes.value.withdrawn) === 0) return ok("unchanged");
    text = once(whole);
  }
  const { name, format, role, category, minCount } = source;
  const generation = nowMs * 1_000 + (services.access.randomBytes(1)[0] ?? 0);
  const filled = await fillFeed(feeds, { name, format, role, category, minCount, mode, generation, previous, nowMs }, text);
  if (!filled.ok) return err(filled.error.kind === "feed_refused" ? filled.error.message : filled.error.kind.replace("_", " "));
  const { entries, report } = filled.value;
  // A stream that is followed says what it takes back: it may shrink.
  const guarded = guardFeed(mode === "merge" ? null : (previous?.entries ?? null), entries);
  if (!guarded.ok)
    return err(report.faults[0] === undefined ? guarded.error.message : `${guarded.error.message}: ${report.faults[0].message}`);
  const total = guardTotal(all.value, { name, entries });
  if (!total.ok) return err(total.error.message);
  const feed: Feed = {
    ...{ name, role, category, format, origin: originOf(source.url), minCount, entries, generation },
    ...{ importedAtMs: nowMs, importedBy: "system", expiresAtMs: endOf(source, nowMs), version: (previous?.version ?? 0) + 1 },
  };
  return (await saveFeed(services, feed, previous, "list_feed.import"))
    ? ok("imported")
    : err("it was imported by somebody else meanwhile");
}

/** The address without what may be a key in it. */
function originOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

export function endOf({ ttl }: FeedSource, nowMs: number): number | null {
  const lastsMs = ttl === null ? null : parseDuration(ttl);
  return lastsMs === null ? null : nowMs + lastsMs;
}

/** Switches to a feed's new state with its audit row; false when somebody else was first or Postgres failed. Its networks come with the next base. */
export async function saveFeed(services: Services, feed: Feed, previous: Feed | null, action: string): Promise<boolean> {
  const stateOf = ({ role, category, format, entries, minCount, origin }: Feed) => ({
    role,
    category,
    format,
    entries,
    min_count: minCount,
    origin,
  });
  const committed = await services.staff.commit(
    {
      change: services.lists.feeds.switching(feed, previous === null),
      also: [],
      audit: {
        id: services.newId(),
        atMs: feed.importedAtMs,
        world: "live",
        actor: { id: "system", name: null, role: null },
        action,
        target: { kind: "list_feed", id: feed.name, isPersonal: false },
        success: true,
        address: null,
        requestId: `feed:${feed.name}:${feed.generation}`,
        details: { before: previous === null ? null : stateOf(previous), after: stateOf(feed) },
        personal: null,
      },
    },
    BUDGET_MS,
  );
  return committed.ok && committed.value === "made";
}

const countWithdrawn = ({ networks, decisions }: Withdrawn): number => networks.length + decisions.length;

async function joined(text: AsyncIterable<string>): Promise<string> {
  let whole = "";
  for await (const part of text) whole += part;
  return whole;
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
