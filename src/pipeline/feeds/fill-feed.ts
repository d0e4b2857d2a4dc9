import { networkText } from "../../core/address/network.ts";
import type { FeedDecision } from "../../core/lists/feeds/feed-format.ts";
import { createFeedReader } from "../../core/lists/feeds/feed-reader.ts";
import { MOST_FEED_BYTES, MOST_FEED_ENTRIES, MOST_FEED_NAMES } from "../../core/lists/feeds/guard-feed.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { FeedOrder, FilledFeed, FillFault } from "../../ports/feed-sources.ts";
import type { FeedRow, FeedStore } from "../../ports/lists.ts";

const BUDGET_MS = 20_000;
/** Rows that one statement takes. */
const ROWS_AT_ONCE = 10_000;

/** Reads a feed as its text arrives into a generation beside the one in force, some thousand rows a statement. Bad lines are told and left out. */
export async function fillFeed(feeds: FeedStore, order: FeedOrder, text: AsyncIterable<string>): Promise<Result<FilledFeed, FillFault>> {
  const { name, generation, previous } = order;
  let rows: FeedRow[] = [];
  const decisions: FeedDecision[] = [];
  const reader = createFeedReader({
    ...order,
    take: ({ network, count, country, expiresAtMs }) => rows.push({ network: networkText(network), count, country, expiresAtMs }),
    takeDecision: (decision) => decisions.push(decision),
  });
  const flush = async (least: number): Promise<Result<void, FillFault>> => {
    while (rows.length >= least && rows.length > 0) {
      const written = await feeds.fill(name, generation, rows.slice(0, ROWS_AT_ONCE), BUDGET_MS);
      if (!written.ok) return err({ kind: "unavailable", part: written.error.source });
      rows = rows.slice(ROWS_AT_ONCE);
    }
    return ok(undefined);
  };
  if (order.mode === "merge" && previous !== null) {
    const copied = await feeds.copy(previous, generation, BUDGET_MS);
    if (!copied.ok) return err({ kind: "unavailable", part: copied.error.source });
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
  if (order.mode === "merge" && withdrawn.networks.length + withdrawn.decisions.length > 0) {
    const gone = { networks: withdrawn.networks.map(networkText), decisions: withdrawn.decisions };
    const removed = await feeds.remove(name, generation, gone, BUDGET_MS);
    if (!removed.ok) return err({ kind: "unavailable", part: removed.error.source });
  }
  const names = decisions.filter(({ scope }) => scope === "as" || scope === "country").length;
  if (names > MOST_FEED_NAMES) {
    const message = `the feed has ${names.toLocaleString("en")} decisions on networks' numbers and countries, of at most ${MOST_FEED_NAMES.toLocaleString("en")}`;
    return err({ kind: "feed_refused", code: "feed_too_large", message, report });
  }
  for (let at = 0; at < decisions.length; at += ROWS_AT_ONCE) {
    const written = await feeds.decide(name, generation, decisions.slice(at, at + ROWS_AT_ONCE), BUDGET_MS);
    if (!written.ok) return err({ kind: "unavailable", part: written.error.source });
  }
  const flushed = await flush(0);
  if (!flushed.ok) return flushed;
  const counted = await feeds.count(name, generation, BUDGET_MS);
  return counted.ok ? ok({ report, entries: counted.value }) : err({ kind: "unavailable", part: counted.error.source });
}

function tooManyLines(report: FilledFeed["report"]): Result<never, FillFault> {
  const message = `the feed has more than ${(2 * MOST_FEED_ENTRIES).toLocaleString("en")} lines with an address`;
  const { entries, belowMinCount, expired, faultCount, faults, otherScopes } = report;
  const told = { entries, belowMinCount, expired, faultCount, faults, otherScopes };
  return err({ kind: "feed_refused", code: "feed_too_large", message, report: told });
}
