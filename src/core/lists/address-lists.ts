import type { Address } from "../address/address.ts";
import { parseNetwork } from "../address/network.ts";
import type { AddressVerdict, Covering } from "./address-verdict.ts";
import { compileAddressList, type ListedNetwork } from "./base/compile-address-list.ts";
import { type AddressList, type CoveringVisitor, openAddressList } from "./base/open-address-list.ts";
import type { DeltaEntry, ListDelta } from "./delta.ts";
import { createStrongest } from "./strongest.ts";

/** What is listed now: the compiled base with what changed since. */
export interface AddressLists {
  readonly delta: ListDelta;
  /**
   * The verdict on an address: allow over block over challenge, however specific they are; among entries of one role the most specific, then the
   * longest-lasting, then the delta's. An entry whose time is over gives way to the one below it.
   */
  find(address: Address, nowMs: number): AddressVerdict;
  /** All entries in force that cover an address, those of the delta first, each list's most specific first. */
  covering(address: Address, nowMs: number): readonly Covering[];
  /** The entries in force for exactly this network number, country or e-mail domain, in canonical form. */
  named(kind: Exclude<DeltaEntry["kind"], "ip">, value: string, nowMs: number): readonly DeltaEntry[];
  /** An entry of the delta by the id that a verdict gave. */
  entry(id: string): DeltaEntry | undefined;
}

const NOTHING: readonly never[] = [];

/**
 * Joins a base and the delta that belongs to it (`delta.base` is the base's hash; with another base keep the delta that came with it). A base of
 * null lists nothing. Compiles the delta: some milliseconds at 10,000 entries.
 */
export function createAddressLists(base: AddressList | null, delta: ListDelta): AddressLists {
  const since = compiledDelta(delta);
  const entries = new Map(delta.entries.map((entry) => [entry.id, entry]));
  const named = namedEntries(delta.entries);
  const removed = new Set(delta.removed);
  const removedSources = new Set(delta.removedSources);
  const baseSources = base?.sources ?? [];
  const isRemoved = (number: number, source: number): boolean =>
    removed.has(number) || (removedSources.size > 0 && removedSources.has(baseSources[source] ?? ""));

  const strongest = createStrongest();
  const fromDelta: CoveringVisitor = {
    take(role, number, _, expiresAtMs, bits) {
      const entry = delta.entries[number];
      if (entry !== undefined) strongest.offer(role, entry.id, entry.source, expiresAtMs, bits);
    },
  };
  const fromBase: CoveringVisitor = {
    take(role, number, source, expiresAtMs, bits) {
      if (!isRemoved(number, source)) strongest.offer(role, number, baseSources[source] ?? "", expiresAtMs, bits);
    },
  };

  return {
    delta,
    find(address, nowMs) {
      since?.visit(address, nowMs, fromDelta);
      base?.visit(address, nowMs, fromBase);
      return strongest.take();
    },
    covering(address, nowMs) {
      const found: Covering[] = [];
      since?.visit(address, nowMs, {
        take(role, number, _, expiresAtMs) {
          const entry = delta.entries[number];
          if (entry !== undefined) found.push({ role, entry: entry.id, source: entry.source, expiresAtMs });
        },
      });
      base?.visit(address, nowMs, {
        take(role, number, source, expiresAtMs) {
          if (!isRemoved(number, source)) found.push({ role, entry: number, source: baseSources[source] ?? "", expiresAtMs });
        },
      });
      return found;
    },
    named(kind, value, nowMs) {
      const found = named.get(`${kind} ${value}`);
      return found === undefined ? NOTHING : found.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs);
    },
    entry: (id) => entries.get(id),
  };
}

/** The delta's addresses as a list of their own, an entry's number being its place in the delta. */
function compiledDelta(delta: ListDelta): AddressList | null {
  const addresses = delta.entries.flatMap((entry, number): ListedNetwork[] => {
    const network = entry.kind === "ip" ? parseNetwork(entry.value) : null;
    if (network === null) return [];
    const role = entry.verdict === "allow" && entry.rules !== null ? "excuse" : entry.verdict;
    return [{ network, role, source: entry.source, number, expiresAtMs: entry.expiresAtMs }];
  });
  if (addresses.length === 0) return null;
  const opened = openAddressList(compileAddressList(addresses, { nowMs: 0 }));
  if (!opened.ok) throw new Error(`a compiled delta does not open: ${opened.error}`);
  return opened.value;
}

function namedEntries(entries: readonly DeltaEntry[]): ReadonlyMap<string, readonly DeltaEntry[]> {
  const named = new Map<string, DeltaEntry[]>();
  for (const entry of entries) {
    if (entry.kind === "ip") continue;
    const key = `${entry.kind} ${entry.value}`;
    const same = named.get(key);
    if (same === undefined) named.set(key, [entry]);
    else same.push(entry);
  }
  return named;
}
