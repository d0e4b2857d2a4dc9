import { parseNetwork } from "../../core/address/network.ts";
import { createListBuilder, type ListBuilder, type ListedNetwork } from "../../core/lists/base/compile-address-list.ts";
import type { BasePointer } from "../../core/lists/change-log.ts";
import { feedNumber } from "../../core/lists/feed-number.ts";
import type { DecisionKey, FeedDecision } from "../../core/lists/feeds/feed-format.ts";
import { MOST_BASE_ENTRIES } from "../../core/lists/feeds/guard-feed.ts";
import { ok } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import type { Feed } from "../../ports/lists.ts";
import type { ListServices } from "./list-services.ts";

const READ_BUDGET_MS = 20_000;
const WRITE_BUDGET_MS = 60_000;
/** Rows asked from Postgres at once. */
const PAGE = 20_000;
/** Networks of one part: 15 MiB of the longest IPv6 prefixes, where KV takes 25 MiB. */
const MOST_IN_PART = 500_000;

export type BaseDeps = Pick<ListServices, "feeds" | "state" | "bases" | "hashOf"> & { readonly clock: () => number };
export interface BuiltBase {
  readonly hash: string;
  readonly parts: number;
  readonly entries: number;
  readonly bytes: number;
}

/**
 * Compiles the base of the live world: all feeds in force, in parts that KV takes, each written under its hash and read back before the record names
 * it. Equal feeds make equal parts. A fault leaves the base before it in force, and so do more networks than isolates have memory for.
 */
export async function buildBase(deps: BaseDeps): Answer<BuiltBase> {
  const nowMs = deps.clock();
  const state = await deps.state.read(READ_BUDGET_MS);
  if (!state.ok) return state;
  const feeds = await deps.feeds.list(READ_BUDGET_MS);
  if (!feeds.ok) return feeds;
  const parts: string[] = [];
  let [entries, bytes, inPart] = [0, 0, 0];
  let builder = createListBuilder({ nowMs });
  const endPart = async (): Answer<void> => {
    const written = await writePart(deps, builder);
    if (!written.ok) return written;
    builder = createListBuilder({ nowMs });
    parts.push(written.value.hash);
    bytes += written.value.bytes;
    inPart = 0;
    return ok(undefined);
  };
  for (const feed of feeds.value) {
    if (!builder.hasRoomForFeed()) {
      const ended = await endPart();
      if (!ended.ok) return ended;
    }
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof deps.feeds.page>> = await deps.feeds.page(feed, after, PAGE, READ_BUDGET_MS);
      if (!page.ok) return page;
      entries += page.value.length;
      if (entries > MOST_BASE_ENTRIES) return tooMany();
      if (inPart + page.value.length > MOST_IN_PART) {
        const ended = await endPart();
        if (!ended.ok) return ended;
      }
      inPart += page.value.length;
      for (const row of page.value) addRow(builder, feed, row);
      const last = page.value.at(-1);
      if (last === undefined || page.value.length < PAGE) break;
      after = last.network;
    }
    for (let after: DecisionKey | null = null; ; ) {
      const page: Awaited<ReturnType<typeof deps.feeds.decisions>> = await deps.feeds.decisions(feed, after, PAGE, READ_BUDGET_MS);
      if (!page.ok) return page;
      entries += page.value.length;
      if (entries > MOST_BASE_ENTRIES) return tooMany();
      if (inPart + page.value.length > MOST_IN_PART) {
        const ended = await endPart();
        if (!ended.ok) return ended;
      }
      inPart += page.value.length;
      for (const decision of page.value) addDecision(builder, feed, decision);
      after = page.value.at(-1) ?? null;
      if (after === null || page.value.length < PAGE) break;
    }
  }
  if (inPart > 0 || parts.length === 0) {
    const ended = await endPart();
    if (!ended.ok) return ended;
  }
  const pointer = await pointerOf(deps, parts);
  const saved = await deps.state.saveBase({ pointer, builtAtMs: nowMs, feedsVersion: state.value.feedsVersion }, WRITE_BUDGET_MS);
  return saved.ok ? ok({ hash: pointer.hash, parts: parts.length, entries, bytes }) : saved;
}

function tooMany(): Awaited<Answer<never>> {
  return { ok: false, error: { source: "postgres", reason: "invalid", detail: `more than ${MOST_BASE_ENTRIES} networks in all feeds` } };
}

async function pointerOf({ hashOf }: BaseDeps, parts: readonly string[]): Promise<BasePointer> {
  const [only] = parts;
  const hash =
    only !== undefined && parts.length === 1 ? only : await hashOf(Uint8Array.from(new TextEncoder().encode(parts.join(" "))).buffer);
  return { hash, parts: [...parts] };
}

async function writePart(deps: BaseDeps, builder: ListBuilder): Answer<{ readonly hash: string; readonly bytes: number }> {
  const bytes = builder.finish();
  const hash = await deps.hashOf(bytes);
  const written = await deps.bases.put(hash, bytes, WRITE_BUDGET_MS);
  if (!written.ok) return written;
  const readBack = await deps.bases.get(hash, WRITE_BUDGET_MS);
  if (!readBack.ok) return readBack;
  if (readBack.value === null || (await deps.hashOf(readBack.value)) !== hash)
    return { ok: false, error: { source: "kv", reason: "invalid" } };
  return ok({ hash, bytes: bytes.byteLength });
}

type Row = Parameters<typeof feedNumber>[0] & { readonly network: string; readonly expiresAtMs: number | null };

function addRow(builder: ListBuilder, feed: Feed, row: Row): void {
  const network = parseNetwork(row.network);
  if (network === null) return;
  const expiresAtMs = earlier(row.expiresAtMs, feed.expiresAtMs);
  builder.add({ network, role: feed.role, source: feed.name, number: feedNumber(row), expiresAtMs, about: aboutOf(feed) });
}

function addDecision(builder: ListBuilder, feed: Feed, { scope, value, role, expiresAtMs }: FeedDecision): void {
  const about = { role, source: feed.name, expiresAtMs: earlier(expiresAtMs, feed.expiresAtMs), about: aboutOf(feed) };
  if (scope === "as" || scope === "country") {
    builder.addName({ ...about, kind: scope === "as" ? "asn" : "country", value });
    return;
  }
  const network = parseNetwork(value);
  if (network !== null) builder.add({ ...about, network, number: feedNumber({ count: null, country: null }) });
}

function aboutOf(feed: Feed): NonNullable<ListedNetwork["about"]> {
  return {
    ...(feed.category === null ? {} : { category: feed.category }),
    ...(feed.expiresAtMs === null ? {} : { endsAtMs: feed.expiresAtMs }),
  };
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : Math.min(one, other);
}
