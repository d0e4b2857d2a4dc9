import { MOST_FEED_BYTES } from "../../core/lists/feeds/guard-feed.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { FeedSource, FetchedFeed } from "../../ports/feed-sources.ts";
import { checkTarget, type TargetDeps } from "../webhooks/check-target.ts";
import type { FeedServices } from "./feed-services.ts";

const DNS_BUDGET_MS = 5_000;
const FETCH_BUDGET_MS = 45_000;
const MOST_HOPS = 4;
/** A stream is begun anew once a day, so that nothing that was missed stays missed. */
const STREAM_LASTS_MS = 24 * 3_600_000;

export interface SourceDeps {
  readonly feeds: Pick<FeedServices, "fetcher" | "lapiKey">;
  /** What tells the inside from the internet. */
  readonly webhooks: TargetDeps;
}

/** Whether the next answer of a source adds to what the feed holds: a stream that was begun lately. */
export function isContinued({ format, startedAtMs }: FeedSource, nowMs: number): boolean {
  return format === "crowdsec" && startedAtMs !== null && nowMs - startedAtMs < STREAM_LASTS_MS;
}

/**
 * Asks a source for its feed, with what the last answer said of itself, through a few redirects. Each address is checked before it is called, so that
 * nobody reads what is inside by naming it; a key goes to no address but the source's own. The error is a sentence for people.
 */
export async function readFeedSource(
  { feeds, webhooks }: SourceDeps,
  source: FeedSource,
  nowMs: number,
): Promise<Result<FetchedFeed, string>> {
  const asked = requestOf(source, feeds.lapiKey, nowMs);
  if (!asked.ok) return asked;
  let { url } = asked.value;
  for (let hop = 0; hop < MOST_HOPS; hop++) {
    const checked = await checkTarget(webhooks, url, DNS_BUDGET_MS);
    if (!checked.ok) return err("its name could not be resolved");
    if (checked.value !== null) return err(`its address ${checked.value}`);
    const { headers } = asked.value;
    const answer = await feeds.fetcher.fetch({ url, headers, mostBytes: MOST_FEED_BYTES, budgetMs: FETCH_BUDGET_MS });
    if (answer.kind === "failed") return err(answer.why);
    if (answer.kind !== "moved") return ok(answer);
    if (source.format === "crowdsec") return err("a LAPI that points elsewhere is not followed");
    url = answer.url;
  }
  return err("too many redirects");
}

interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

function requestOf(source: FeedSource, lapiKey: string | null, nowMs: number): Result<Asked, string> {
  const { url, format, etag, lastModified } = source;
  const agent = { "user-agent": "tollgate" };
  if (format !== "crowdsec") {
    const since = {
      ...(etag === null ? {} : { "if-none-match": etag }),
      ...(lastModified === null ? {} : { "if-modified-since": lastModified }),
    };
    return ok({ url, headers: { ...agent, ...since } });
  }
  if (lapiKey === null) return err("no key for the LAPI is set (`CROWDSEC_LAPI_KEY`)");
  const stream = new URL(`${url.replace(/\/+$/, "")}/v1/decisions/stream`);
  stream.searchParams.set("startup", String(!isContinued(source, nowMs)));
  stream.searchParams.set("scopes", "ip,range,as,country");
  return ok({ url: stream.href, headers: { ...agent, accept: "application/json", "x-api-key": lapiKey } });
}
