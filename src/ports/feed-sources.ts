import type { FeedCategory } from "../core/lists/feed-category.ts";
import type { FeedFormat } from "../core/lists/feeds/feed-format.ts";
import type { FeedReport } from "../core/lists/feeds/feed-reader.ts";
import type { FeedRole } from "../core/lists/list-role.ts";
import type { Result } from "../core/result.ts";
import type { Answer, SourceFault } from "./answer.ts";
import type { Feed, FeedStore } from "./lists.ts";
import type { StaffChange } from "./staff-writes.ts";

/** How a feed is to be read into the record. */
export interface FeedOrder {
  readonly name: string;
  readonly format: FeedFormat;
  readonly role: FeedRole;
  readonly category: FeedCategory | null;
  readonly minCount: number;
  /** `merge` adds to what the feed holds and takes back what a stream withdraws. */
  readonly mode: "replace" | "merge";
  /** The generation that is filled. */
  readonly generation: number;
  readonly previous: Feed | null;
  readonly nowMs: number;
}
export interface FilledFeed {
  readonly report: Omit<FeedReport, "withdrawn">;
  /** Networks in the generation. */
  readonly entries: number;
}
export type FillFault =
  | { readonly kind: "unavailable"; readonly part: SourceFault["source"] }
  | { readonly kind: "too_large"; readonly mostBytes: number }
  /** Nothing was changed: the feed as it was stays in force. */
  | { readonly kind: "feed_refused"; readonly code: string; readonly message: string; readonly report: FilledFeed["report"] };
/** Reads a feed as its text arrives into a generation beside the one in force. */
export type FillFeed = (feeds: FeedStore, order: FeedOrder, text: AsyncIterable<string>) => Promise<Result<FilledFeed, FillFault>>;

/** A feed that is fetched by itself, as staff set it up. */
export interface FeedSource {
  /** The feed's name. */
  readonly name: string;
  /** Where it is read; of the format `crowdsec` the address of a LAPI, whose decision stream is followed. */
  readonly url: string;
  readonly format: FeedFormat;
  readonly role: FeedRole;
  readonly category: FeedCategory | null;
  readonly minCount: number;
  /** How long an import counts, such as `36h`; null until the next. */
  readonly ttl: string | null;
  readonly intervalSeconds: number;
  readonly isActive: boolean;
  readonly version: number;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
  readonly dueAtMs: number;
  readonly ranAtMs: number | null;
  /** `imported`, `unchanged`, or why it was not imported. */
  readonly outcome: string | null;
  /** In a row. */
  readonly failures: number;
  /** What the last good answer said of itself. */
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Since when a stream's changes are followed; null begins anew with all of it. */
  readonly startedAtMs: number | null;
}
/** What became of one fetch. */
export interface FeedRun {
  readonly name: string;
  readonly ranAtMs: number;
  readonly dueAtMs: number;
  readonly outcome: string;
  readonly failures: number;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly startedAtMs: number | null;
}
export interface FeedSourceStore {
  list(budgetMs: number): Answer<readonly FeedSource[]>;
  byName(name: string, budgetMs: number): Answer<FeedSource | null>;
  /** Sets one up, or changes it over the version before; what was learnt of the old address is forgotten. */
  saving(source: FeedSource): StaffChange;
  dropping(source: FeedSource): StaffChange;
  /** Active ones whose time has come, put off until `leaseUntilMs` so that nobody else fetches them meanwhile. */
  takeDue(nowMs: number, leaseUntilMs: number, limit: number, budgetMs: number): Answer<readonly FeedSource[]>;
  /** Keeps what became of a fetch, unless the source was changed while it ran. */
  finish(run: FeedRun, version: number, budgetMs: number): Answer<void>;
}

/** One request for a feed. */
export interface FeedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly mostBytes: number;
  readonly budgetMs: number;
}
export type FetchedFeed =
  | { readonly kind: "unchanged" }
  /** Another address; nothing was read. */
  | { readonly kind: "moved"; readonly url: string }
  /** `text` throws `FeedBrokenOff` when the body ends early, is too large, or the budget is over. */
  | { readonly kind: "text"; readonly text: AsyncIterable<string>; readonly etag: string | null; readonly lastModified: string | null }
  | { readonly kind: "failed"; readonly why: string };
export interface FeedFetcher {
  /** Never throws; follows no redirect. */
  fetch(request: FeedRequest): Promise<FetchedFeed>;
}
