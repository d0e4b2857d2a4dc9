import { parseNetwork } from "../../core/address/network.ts";
import { createListBuilder, type ListBuilder } from "../../core/lists/base/compile-address-list.ts";
import { feedNumber } from "../../core/lists/feed-number.ts";
import { ok } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import type { Feed } from "../../ports/lists.ts";
import type { ListServices } from "./list-services.ts";

const READ_BUDGET_MS = 20_000;
const WRITE_BUDGET_MS = 60_000;
/** Rows asked from Postgres at once. */
const PAGE = 20_000;
/** An entry that is over sooner stays in the delta: it would leave the base at once. */
const LASTING_MS = 3_600_000;

export type BaseDeps = Pick<ListServices, "feeds" | "state" | "bases" | "hashOf"> & { readonly clock: () => number };

/**
 * Compiles the base of the live world: all feeds in force, and people's and rules' lasting entries on single addresses, whose reasons their marks
 * keep. Written to KV under its hash and read back before the record names it. A fault leaves the base before it in force.
 */
export async function buildBase(deps: BaseDeps): Answer<{ readonly hash: string; readonly entries: number; readonly bytes: number }> {
  const nowMs = deps.clock();
  const state = await deps.state.read(READ_BUDGET_MS);
  if (!state.ok) return state;
  const builder = createListBuilder({ nowMs });
  const included = await addEntries(deps, builder, nowMs);
  if (!included.ok) return included;
  const feeds = await deps.feeds.list(READ_BUDGET_MS);
  if (!feeds.ok) return feeds;
  let entries = included.value.length;
  for (const feed of feeds.value) {
    const added = await addFeed(deps, builder, feed);
    if (!added.ok) return added;
    entries += added.value;
  }
  const bytes = builder.finish();
  const hash = await deps.hashOf(bytes);
  const written = await deps.bases.put(hash, bytes, WRITE_BUDGET_MS);
  if (!written.ok) return written;
  const readBack = await deps.bases.get(hash, WRITE_BUDGET_MS);
  if (!readBack.ok) return readBack;
  if (readBack.value === null || (await deps.hashOf(readBack.value)) !== hash)
    return { ok: false, error: { source: "kv", reason: "invalid" } };
  const base = { hash, builtAtMs: nowMs, feedsVersion: state.value.feedsVersion, included: included.value };
  const saved = await deps.state.saveBase(base, WRITE_BUDGET_MS);
  return saved.ok ? ok({ hash, entries, bytes: bytes.byteLength }) : saved;
}

type Included = { readonly id: string; readonly version: number; readonly number: number };

async function addEntries(deps: BaseDeps, builder: ListBuilder, nowMs: number): Answer<readonly Included[]> {
  const included: Included[] = [];
  let after = "";
  for (;;) {
    const page = await deps.state.baseEntries(after, nowMs + LASTING_MS, PAGE, READ_BUDGET_MS);
    if (!page.ok) return page;
    for (const { id, version, value, verdict, source, expiresAtMs } of page.value) {
      const network = parseNetwork(value);
      if (network === null) continue;
      const number = 1 + included.length;
      builder.add({ network, role: verdict, source, number, expiresAtMs });
      included.push({ id, version, number });
    }
    const last = page.value.at(-1);
    if (last === undefined || page.value.length < PAGE) return ok(included);
    after = last.id;
  }
}

async function addFeed(deps: BaseDeps, builder: ListBuilder, feed: Feed): Answer<number> {
  const about = {
    ...(feed.category === null ? {} : { category: feed.category }),
    ...(feed.expiresAtMs === null ? {} : { endsAtMs: feed.expiresAtMs }),
  };
  let after: string | null = null;
  let count = 0;
  for (;;) {
    const page: Awaited<ReturnType<typeof deps.feeds.page>> = await deps.feeds.page(feed, after, PAGE, READ_BUDGET_MS);
    if (!page.ok) return page;
    for (const row of page.value) {
      const network = parseNetwork(row.network);
      if (network === null) continue;
      const expiresAtMs = earlier(row.expiresAtMs, feed.expiresAtMs);
      builder.add({ network, role: feed.role, source: feed.name, number: feedNumber(row), expiresAtMs, about });
      count++;
    }
    const last = page.value.at(-1);
    if (last === undefined || page.value.length < PAGE) return ok(count);
    after = last.network;
  }
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : Math.min(one, other);
}
