import { FeedBrokenOff } from "../../core/lists/feeds/feed-broken-off.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { FeedRun, FeedSource } from "../../ports/feed-sources.ts";
import type { Services } from "../services.ts";
import { endOf, importFetched, saveFeed } from "./import-fetched.ts";
import { isContinued, readFeedSource } from "./read-feed-source.ts";

const BUDGET_MS = 10_000;
/** Sources that one run of the schedule takes, one after the other. */
const AT_ONCE = 4;
/** Who died while fetching is followed after this long. */
const LEASE_MS = 10 * 60_000;
const FIRST_RETRY_MS = 60_000;

/** Each minute: fetches the feeds that are due and imports them. Null when Postgres failed; the next minute tries again. */
export async function importDueFeeds(services: Services): Promise<number | null> {
  const nowMs = services.clock();
  const due = await services.feeds.sources.takeDue(nowMs, nowMs + LEASE_MS, AT_ONCE, BUDGET_MS);
  if (!due.ok) return null;
  for (const source of due.value) if (!(await runSource(services, source))) return null;
  return due.value.length;
}

async function runSource(services: Services, source: FeedSource): Promise<boolean> {
  const nowMs = services.clock();
  const done = await fetchAndImport(services, source, nowMs);
  const intervalMs = source.intervalSeconds * 1_000;
  const failures = done.ok ? 0 : source.failures + 1;
  const waitMs = done.ok ? intervalMs : Math.min(intervalMs, FIRST_RETRY_MS * 2 ** Math.min(source.failures, 10));
  if (!done.ok) services.log("feed_not_imported", { feed: source.name, failures, why: done.error });
  const run: FeedRun = {
    name: source.name,
    ranAtMs: nowMs,
    dueAtMs: nowMs + waitMs,
    failures,
    ...(done.ok
      ? done.value
      : // A stream of which an answer was lost is begun anew.
        { outcome: done.error.slice(0, 500), etag: source.etag, lastModified: source.lastModified, startedAtMs: null }),
  };
  return (await services.feeds.sources.finish(run, source.version, BUDGET_MS)).ok;
}

type Done = Pick<FeedRun, "outcome" | "etag" | "lastModified" | "startedAtMs">;

async function fetchAndImport(services: Services, source: FeedSource, nowMs: number): Promise<Result<Done, string>> {
  const answer = await readFeedSource(services, source, nowMs);
  if (!answer.ok) return answer;
  const before = { etag: source.etag, lastModified: source.lastModified, startedAtMs: source.startedAtMs };
  if (answer.value.kind !== "text") {
    await renew(services, source, nowMs);
    return ok({ outcome: "unchanged", ...before });
  }
  const mode = isContinued(source, nowMs) ? "merge" : "replace";
  try {
    const imported = await importFetched(services, source, { text: answer.value.text, mode, nowMs });
    if (!imported.ok) return imported;
    const startedAtMs = source.format !== "crowdsec" ? null : mode === "merge" ? source.startedAtMs : nowMs;
    return ok({ outcome: imported.value, etag: answer.value.etag, lastModified: answer.value.lastModified, startedAtMs });
  } catch (cause) {
    if (cause instanceof FeedBrokenOff) return err(cause.message);
    throw cause;
  }
}

/** A feed that did not change stays in force: its end is put off once half of its time is over. */
async function renew(services: Services, source: FeedSource, nowMs: number): Promise<void> {
  const known = await services.lists.feeds.byName(source.name, BUDGET_MS);
  const feed = known.ok ? known.value : null;
  const endMs = endOf(source, nowMs);
  if (feed === null || feed.expiresAtMs === null || endMs === null || feed.expiresAtMs - nowMs > (endMs - nowMs) / 2) return;
  await saveFeed(services, { ...feed, importedAtMs: nowMs, expiresAtMs: endMs, version: feed.version + 1 }, feed, "list_feed.renew");
}
