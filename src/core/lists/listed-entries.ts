import { parseNetwork } from "../address/network.ts";
import { compileAddressList, type ListedNetwork } from "./base/compile-address-list.ts";
import { type AddressList, openAddressList } from "./base/open-address-list.ts";
import type { BasePointer, ListChanges, ListSnapshot, SingleNetwork } from "./change-log.ts";
import type { BroadEntry } from "./listed-entry.ts";

/**
 * People's and rules' entries of one world as an isolate keeps them: singles as the compiled segment of a snapshot (18 bytes an IPv4 address, 30 an
 * IPv6 address) with what changed since beside it, and broad entries whole. Never changed: `applyChanges` gives the next.
 */
export interface ListedEntries {
  readonly version: number;
  readonly base: BasePointer | null;
  readonly segment: AddressList;
  /** Singles that changed since the snapshot, by number; null are gone, or broad now. */
  readonly recent: ReadonlyMap<number, SingleNetwork | null>;
  readonly recentList: AddressList;
  readonly broad: ReadonlyMap<number, BroadEntry>;
  /** The networks among `broad`. */
  readonly broadList: AddressList;
}

const NO_RECENT: ReadonlyMap<number, SingleNetwork | null> = new Map();

export function entriesOfSnapshot({ version, base, segment, broad }: ListSnapshot, nowMs: number): ListedEntries {
  const byNumber = new Map(broad.map((entry) => [entry.number, entry]));
  return {
    ...{ version, base, segment, recent: NO_RECENT, recentList: compiled([], nowMs) },
    ...{ broad: byNumber, broadList: compiled(networksOf(broad), nowMs) },
  };
}

/** The entries after more changes, in order; null when the changes do not follow on these entries. */
export function applyChanges(entries: ListedEntries, changes: readonly ListChanges[], nowMs: number): ListedEntries | null {
  const recent = new Map(entries.recent);
  const broad = new Map(entries.broad);
  let { version, base } = entries;
  let isBroadChanged = false;
  for (const change of changes) {
    if (change.to <= version) continue;
    if (change.from > version) return null;
    for (const number of change.gone) {
      recent.set(number, null);
      if (broad.delete(number)) isBroadChanged = true;
    }
    for (const single of change.singles) {
      recent.set(single.number, single);
      if (broad.delete(single.number)) isBroadChanged = true;
    }
    for (const entry of change.broad) {
      recent.set(entry.number, null);
      broad.set(entry.number, entry);
      isBroadChanged = true;
    }
    version = change.to;
    base = change.base;
  }
  if (version === entries.version) return entries;
  const broadList = isBroadChanged ? compiled(networksOf(broad.values()), nowMs) : entries.broadList;
  return { ...entries, version, base, broad, broadList, recent, recentList: compiled(recent.values(), nowMs) };
}

function* networksOf(broad: Iterable<BroadEntry>): Generator<ListedNetwork> {
  for (const { kind, value, verdict, rules, source, number, expiresAtMs } of broad) {
    const network = kind === "ip" ? parseNetwork(value) : null;
    if (network === null) continue;
    yield { network, role: verdict === "allow" && rules !== null ? "excuse" : verdict, source, number, expiresAtMs };
  }
}

function compiled(networks: Iterable<ListedNetwork | null>, nowMs: number): AddressList {
  const listed = function* (): Generator<ListedNetwork> {
    for (const network of networks) if (network !== null) yield network;
  };
  const list = openAddressList(compileAddressList(listed(), { nowMs }));
  if (!list.ok) throw new Error(`compiled entries do not open: ${list.error}`);
  return list.value;
}
