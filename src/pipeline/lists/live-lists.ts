import { type AddressLists, createAddressLists } from "../../core/lists/address-lists.ts";
import { type AddressList, openAddressList } from "../../core/lists/base/open-address-list.ts";
import { EMPTY_DELTA, type ListDelta, readDelta } from "../../core/lists/delta.ts";
import type { BaseSource, DeltaSource } from "../../ports/lists.ts";

/** A delta is asked for at most this often: what is listed acts everywhere within it. */
export const POLL_EVERY_MS = 5_000;
const LOAD_BUDGET_MS = 5_000;

export interface LiveListsDeps {
  readonly deltas: DeltaSource;
  readonly bases: BaseSource;
  /** SHA-256 in hex of a base's bytes. */
  readonly hashOf: (bytes: ArrayBuffer) => Promise<string>;
  readonly clock: () => number;
}
/** The address lists that one isolate holds, of one world. */
export interface LiveLists {
  /** Null until they were loaded once. */
  current(): AddressLists | null;
  /** The base by the beginning of its hash, and the delta: `3fa0c1…+17`; null until they were loaded. */
  version(): string | null;
  /** When they were last known to be the newest, epoch milliseconds; null for never. */
  checkedAtMs(): number | null;
  /** Looks for newer lists and swaps them whole; the last good ones stay on any fault, which it tells by false. */
  refresh(budgetMs: number): Promise<boolean>;
  /** Refreshes after the answer, at most every five seconds. */
  poll(waitUntil: (work: Promise<unknown>) => void): void;
}

/**
 * Keeps the lists of an isolate: nothing is asked on the path of a request, but by `refresh` where there are none yet. When a delta's base cannot be
 * had, the base before it and what the delta adds are in force, and the next poll tries again.
 */
export function createLiveLists({ deltas, bases, hashOf, clock }: LiveListsDeps): LiveLists {
  let held: { readonly lists: AddressLists; readonly base: AddressList | null; readonly isWhole: boolean } | null = null;
  let checkedAtMs: number | null = null;
  let polledAtMs = Number.NEGATIVE_INFINITY;

  async function loadBase(hash: string, budgetMs: number): Promise<AddressList | null> {
    const answer = await bases.get(hash, budgetMs);
    if (!answer.ok || answer.value === null || (await hashOf(answer.value)) !== hash) return null;
    const opened = openAddressList(answer.value);
    return opened.ok ? opened.value : null;
  }

  async function take(delta: ListDelta, endMs: number): Promise<boolean> {
    const known = held?.lists.delta;
    const isSameBase = held?.isWhole === true && known?.base === delta.base;
    const base = isSameBase ? (held?.base ?? null) : delta.base === null ? null : await loadBase(delta.base, endMs - clock());
    const isWhole = base !== null || delta.base === null;
    // Another request of this isolate may have been faster.
    if (held !== null && held.lists.delta.version > delta.version) return true;
    if (isWhole) held = { lists: createAddressLists(base, delta), base, isWhole };
    else
      held = {
        lists: createAddressLists(held?.base ?? null, withoutItsBase(delta, held?.lists.delta ?? EMPTY_DELTA)),
        base: held?.base ?? null,
        isWhole,
      };
    return isWhole;
  }

  async function refresh(budgetMs: number): Promise<boolean> {
    const endMs = clock() + budgetMs;
    const version = await deltas.version(budgetMs);
    if (!version.ok) return false;
    if (version.value === null) {
      // Nothing was listed yet, or Redis came back empty: what is held stays until the schedule has written it anew.
      held ??= { lists: createAddressLists(null, EMPTY_DELTA), base: null, isWhole: true };
      checkedAtMs = clock();
      return true;
    }
    if (held === null || !held.isWhole || held.lists.delta.version !== version.value) {
      const text = await deltas.read(endMs - clock());
      if (!text.ok) return false;
      const delta = text.value === null ? null : readDelta(text.value);
      if (delta === null || !delta.ok || !(await take(delta.value, endMs))) return false;
    }
    checkedAtMs = clock();
    return true;
  }

  return {
    current: () => held?.lists ?? null,
    version: () => (held === null ? null : `${held.lists.delta.base?.slice(0, 12) ?? "none"}+${held.lists.delta.version}`),
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

/** What a delta says to who has only an older base: its entries, and those before it that went into the base that is not there. */
function withoutItsBase(delta: ListDelta, before: ListDelta): ListDelta {
  const ids = new Set(delta.entries.map(({ id }) => id));
  return { ...before, version: delta.version, entries: [...delta.entries, ...before.entries.filter(({ id }) => !ids.has(id))] };
}
