import type { Address } from "../address/address.ts";
import { parseNetwork } from "../address/network.ts";
import { type AddressIntelligence, createIntelligenceGatherer, NO_INTELLIGENCE } from "../address-intelligence/address-intelligence.ts";
import type { AddressVerdict, Covering } from "./address-verdict.ts";
import { type AddressTable, expiryAt, NEVER, numberAt, tagAt } from "./base/address-table.ts";
import { compileAddressList, type ListedNetwork } from "./base/compile-address-list.ts";
import { type AddressList, type CoveringVisitor, openAddressList } from "./base/open-address-list.ts";
import type { DeltaEntry, ListDelta } from "./delta.ts";
import { createStrongest, type KeyOf, type Strongest } from "./strongest.ts";

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
  /** What imported lists know of an address. */
  intelligence(address: Address, nowMs: number): AddressIntelligence;
  /** An entry of the delta by the id that a verdict gave. */
  entry(id: string): DeltaEntry | undefined;
}

const NOTHING: readonly never[] = [];

/**
 * Joins a base and the delta that belongs to it (`delta.base` is the base's hash; with another base keep the delta that came with it). A base of
 * null lists nothing. Compiles the delta: some milliseconds at 10,000 entries.
 */
export function createAddressLists(base: AddressList | null, delta: ListDelta): AddressLists {
  const entries = new Map(delta.entries.map((entry) => [entry.id, entry]));
  const named = namedEntries(delta.entries);
  const strongest = createStrongest();
  const sides = [deltaSide(delta), baseSide(base, delta)].flatMap((side) => (side === null ? [] : [side]));
  const deciding = sides.map((side) => ({ list: side.list, visitor: visitorOf(side, strongest.offer) }));

  return {
    delta,
    find(address, nowMs) {
      for (const { list, visitor } of deciding) list.visit(address, nowMs, visitor);
      return strongest.take();
    },
    covering(address, nowMs) {
      const found: Covering[] = [];
      for (const side of sides) {
        const visitor = visitorOf(side, ({ role, source }, table, at, keyOf) => {
          const expiry = expiryAt(table, at);
          found.push({ role, entry: keyOf(table, at), source, expiresAtMs: expiry === NEVER ? null : expiry * 1_000 });
        });
        side.list.visit(address, nowMs, visitor);
      }
      return found;
    },
    intelligence(address, nowMs) {
      if (base === null) return NO_INTELLIGENCE;
      const tags = base.tags.filter(({ source }) => !delta.removedSources.includes(source));
      const gatherer = createIntelligenceGatherer(tags, nowMs);
      const take: CoveringVisitor["take"] = (table, at) => {
        const tag = base.tags[tagAt(table, at)];
        if (tag !== undefined && tags.includes(tag)) gatherer.take(tag, numberAt(table, at));
      };
      base.visit(address, nowMs, { take });
      return gatherer.end();
    },
    named(kind, value, nowMs) {
      const found = named.get(`${kind} ${value}`);
      return found === undefined ? NOTHING : found.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs);
    },
    entry: (id) => entries.get(id),
  };
}

/** One of the two lists: how its entries are named, and which no longer count. */
interface Side {
  readonly list: AddressList;
  readonly keyOf: KeyOf;
  isRemoved(table: AddressTable, at: number): boolean;
}

function visitorOf({ list, keyOf, isRemoved }: Side, take: Strongest["offer"]): CoveringVisitor {
  return {
    take(table, at) {
      const tag = list.tags[tagAt(table, at)];
      if (tag !== undefined && !isRemoved(table, at)) take(tag, table, at, keyOf);
    },
  };
}

function baseSide(base: AddressList | null, delta: ListDelta): Side | null {
  if (base === null) return null;
  const removed = new Set(delta.removed);
  const isTagRemoved = base.tags.map(({ source }) => delta.removedSources.includes(source));
  return {
    list: base,
    keyOf: numberAt,
    isRemoved: (table, at) => isTagRemoved[tagAt(table, at)] === true || (removed.size > 0 && removed.has(numberAt(table, at))),
  };
}

/** The delta's addresses as a list of their own, an entry's number being its place in the delta. */
function deltaSide({ entries }: ListDelta): Side | null {
  const addresses = entries.flatMap((entry, number): ListedNetwork[] => {
    const network = entry.kind === "ip" ? parseNetwork(entry.value) : null;
    if (network === null) return [];
    const role = entry.verdict === "allow" && entry.rules !== null ? "excuse" : entry.verdict;
    return [{ network, role, source: entry.source, number, expiresAtMs: entry.expiresAtMs }];
  });
  if (addresses.length === 0) return null;
  const list = openAddressList(compileAddressList(addresses, { nowMs: 0 }));
  if (!list.ok) throw new Error(`a compiled delta does not open: ${list.error}`);
  return { list: list.value, keyOf: (table, at) => entries[numberAt(table, at)]?.id ?? "", isRemoved: () => false };
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
