import { type AddressLists, createAddressLists } from "../../core/lists/address-lists.ts";
import { type AddressList, openAddressList } from "../../core/lists/base/open-address-list.ts";
import {
  type BasePointer,
  EMPTY_SNAPSHOT,
  type ListChanges,
  type ListSnapshot,
  readChanges,
  readSnapshot,
} from "../../core/lists/change-log.ts";
import { applyChanges, entriesOfSnapshot, type ListedEntries } from "../../core/lists/listed-entries.ts";
import type { BaseSource, CheckpointSource, ListSource } from "../../ports/lists.ts";

/** Lists are asked for at most this often: what is listed acts everywhere within it. */
export const POLL_EVERY_MS = 5_000;
const LOAD_BUDGET_MS = 5_000;
/** How long an isolate without lists waits for Redis before it turns to KV. */
const COLD_BUDGET_MS = 300;
/** Changes of singles that an isolate keeps beside its snapshot; with more it reads the next snapshot, whose singles are compiled already. */
const MOST_RECENT = 4_000;

export interface LiveListsDeps {
  readonly source: ListSource;
  readonly checkpoints: CheckpointSource;
  readonly bases: BaseSource;
  /** SHA-256 in hex of the bytes of a base's part. */
  readonly hashOf: (bytes: ArrayBuffer) => Promise<string>;
  readonly clock: () => number;
  /**
   * Writes the snapshot anew from the record, where Redis names a version and has no snapshot that this isolate can read: after an upgrade, or when
   * it evicted the key. Left out where there is no record (the gate), which then waits for the decision Worker. False on failure.
   */
  readonly rewriteSnapshot?: (budgetMs: number) => Promise<boolean>;
}
/** The address lists that one isolate holds, of one world. */
export interface LiveLists {
  /** Null until they were loaded once. */
  current(): AddressLists | null;
  /** The base by the beginning of its hash, and the entries' version: `3fa0c1…+17`; null until they were loaded. */
  version(): string | null;
  /**
   * When they were last known to be the newest, epoch milliseconds. Null for never, and while Redis has lost what this isolate or KV still has:
   * then they may miss what changed since.
   */
  checkedAtMs(): number | null;
  /** Looks for newer lists and swaps them whole; the last good ones stay on any fault, which it tells by false. */
  refresh(budgetMs: number): Promise<boolean>;
  /** Refreshes after the answer, at most every five seconds. */
  poll(waitUntil: (work: Promise<unknown>) => void): void;
}

interface Held {
  readonly lists: AddressLists;
  /** The parts of the base that is in use, by hash. */
  readonly parts: ReadonlyMap<string, AddressList>;
  /** Whether that is the base that belongs to the entries. */
  readonly isWhole: boolean;
}

/**
 * Keeps the lists of an isolate: nothing is asked on the path of a request, but by `refresh` where there are none yet. An isolate that has entries
 * reads what changed since; one that has none, or is too far behind, reads the snapshot and the changes after it, and from KV when Redis is away or
 * has lost them. When the next base cannot be had, the one before it stays in force, and the next poll tries again.
 */
export function createLiveLists({ source, checkpoints, bases, hashOf, clock, rewriteSnapshot }: LiveListsDeps): LiveLists {
  let held: Held | null = null;
  let checkedAtMs: number | null = null;
  let polledAtMs = Number.NEGATIVE_INFINITY;
  let mostRecent = MOST_RECENT;

  async function loadPart(hash: string, budgetMs: number): Promise<AddressList | null> {
    const answer = await bases.get(hash, budgetMs);
    if (!answer.ok || answer.value === null || (await hashOf(answer.value)) !== hash) return null;
    const opened = openAddressList(answer.value);
    return opened.ok ? opened.value : null;
  }
  /** Null when a part cannot be had. */
  async function loadBase(base: BasePointer | null, endMs: number): Promise<ReadonlyMap<string, AddressList> | null> {
    const parts = new Map<string, AddressList>();
    for (const hash of base?.parts ?? []) {
      const part = held?.parts.get(hash) ?? (await loadPart(hash, endMs - clock()));
      if (part === null) return null;
      parts.set(hash, part);
    }
    return parts;
  }

  /** False when the entries came without their base. */
  async function take(entries: ListedEntries, endMs: number): Promise<boolean> {
    const loaded = await loadBase(entries.base, endMs);
    // Another request of this isolate may have been faster.
    if (held !== null && held.lists.entries.version > entries.version) return true;
    const parts = loaded ?? held?.parts ?? new Map<string, AddressList>();
    held = { lists: createAddressLists([...parts.values()], entries), parts, isWhole: loaded !== null };
    return held.isWhole;
  }

  /** The entries of a version or a later one; null when they cannot be had now. */
  async function catchUp(version: number, endMs: number): Promise<ListedEntries | null> {
    const known = held?.lists.entries ?? null;
    if (known !== null && known.version >= version) return known;
    let followed: ListedEntries | null = null;
    if (known !== null) {
      const changes = await source.changes(known.version, endMs - clock());
      if (!changes.ok) return null;
      const next = follow(known, changes.value, clock());
      if (next !== null && next.version >= version) followed = next;
      if (followed !== null && followed.recent.size <= mostRecent) return followed;
    }
    const begun = await begin(version, endMs);
    // A snapshot that is no newer is not read again with every change.
    mostRecent = Math.max(MOST_RECENT, 2 * ((begun ?? followed)?.recent.size ?? 0));
    return begun ?? followed;
  }

  /** The entries of the snapshot, and what changed since. */
  async function begin(version: number, endMs: number): Promise<ListedEntries | null> {
    const snapshot = (await readSnapshotNow(endMs)) ?? ((await rewriteSnapshot?.(endMs - clock())) ? await readSnapshotNow(endMs) : null);
    if (snapshot === null || snapshot === "unavailable") return null;
    const entries = entriesOfSnapshot(snapshot, clock());
    if (entries.version >= version) return entries;
    const changes = await source.changes(entries.version, endMs - clock());
    const next = changes.ok ? follow(entries, changes.value, clock()) : null;
    return next !== null && next.version >= version ? next : null;
  }

  /** Null when there is none, or none of this format. */
  async function readSnapshotNow(endMs: number): Promise<ListSnapshot | null | "unavailable"> {
    const text = await source.snapshot(endMs - clock());
    if (!text.ok) return "unavailable";
    const snapshot = text.value === null ? null : readSnapshot(text.value);
    return snapshot?.ok ? snapshot.value : null;
  }

  /** Takes what KV has; `none` when it says that nothing was ever kept there. */
  async function recover(endMs: number): Promise<"taken" | "none" | "failed"> {
    const kept = await checkpoints.read(endMs - clock());
    if (!kept.ok) return "failed";
    if (kept.value === null) return "none";
    const snapshot = readSnapshot(kept.value.snapshot);
    if (!snapshot.ok) return "failed";
    const entries = entriesOfSnapshot(snapshot.value, clock());
    await take(follow(entries, kept.value.changes, clock()) ?? entries, endMs);
    return "taken";
  }

  async function refresh(budgetMs: number): Promise<boolean> {
    const endMs = clock() + budgetMs;
    const version = await source.version(held === null ? Math.min(COLD_BUDGET_MS, budgetMs) : budgetMs);
    if (!version.ok) {
      if (held === null) await recover(endMs);
      return false;
    }
    if (version.value === null) {
      // Nothing was listed yet, or Redis came back empty: then what is held, or KV has, stays until the schedule has written it anew.
      const isNothing = held === null ? (await recover(endMs)) === "none" : isEmpty(held.lists);
      if (isNothing)
        held ??= { lists: createAddressLists([], entriesOfSnapshot(EMPTY_SNAPSHOT, clock())), parts: new Map(), isWhole: true };
      checkedAtMs = isNothing ? clock() : null;
      return isNothing;
    }
    if (held === null || !held.isWhole || held.lists.entries.version < version.value) {
      const entries = await catchUp(version.value, endMs);
      if (entries === null && held === null) await recover(endMs);
      if (entries === null || !(await take(entries, endMs))) return false;
    }
    checkedAtMs = clock();
    return true;
  }

  return {
    current: () => held?.lists ?? null,
    version: () => {
      if (held === null) return null;
      const { base, version } = held.lists.entries;
      return `${base?.hash.slice(0, 12) ?? "none"}+${version}`;
    },
    checkedAtMs: () => checkedAtMs,
    refresh,
    poll(waitUntil) {
      const nowMs = clock();
      if (nowMs - polledAtMs < POLL_EVERY_MS) return;
      polledAtMs = nowMs;
      waitUntil(refresh(LOAD_BUDGET_MS));
    },
  };
}

/** Null when the texts are damaged or do not follow on the entries. */
function follow(entries: ListedEntries, texts: readonly string[], nowMs: number): ListedEntries | null {
  const changes: ListChanges[] = [];
  for (const text of texts) {
    const read = readChanges(text);
    if (!read.ok) return null;
    changes.push(read.value);
  }
  return applyChanges(entries, changes, nowMs);
}

const isEmpty = ({ entries }: AddressLists): boolean => entries.version === EMPTY_SNAPSHOT.version;
