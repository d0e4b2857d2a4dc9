import type { Address } from "../address/address.ts";
import { type AddressIntelligence, createIntelligenceGatherer, NO_INTELLIGENCE } from "../address-intelligence/address-intelligence.ts";
import type { AddressVerdict, Covering } from "./address-verdict.ts";
import { type AddressTable, expiryAt, NEVER, numberAt, tagAt } from "./base/address-table.ts";
import type { AddressList, CoveringVisitor } from "./base/open-address-list.ts";
import type { ListedEntries } from "./listed-entries.ts";
import type { BroadEntry } from "./listed-entry.ts";
import { createStrongest, type KeyOf, type Strongest } from "./strongest.ts";

/** An entry on a name: a person's or a rule's, or one of a feed, which has the id `feed:` with the feed's name. */
export type NamedEntry = Omit<BroadEntry, "number" | "source"> & { readonly source: BroadEntry["source"] | "feed" };

/** What is listed now: the compiled feeds with people's and rules' entries. */
export interface AddressLists {
  readonly entries: ListedEntries;
  /**
   * The verdict on an address: allow over block over challenge, however specific they are; among entries of one role the most specific, then the
   * longest-lasting, then people's and rules'. An entry whose time is over gives way to the one below it.
   */
  find(address: Address, nowMs: number): AddressVerdict;
  /** All entries in force that cover an address, people's and rules' first, each list's most specific first. */
  covering(address: Address, nowMs: number): readonly Covering[];
  /** The entries in force for exactly this network number, country or e-mail domain, in canonical form; those of feeds that are signals are none. */
  named(kind: Exclude<BroadEntry["kind"], "ip">, value: string, nowMs: number): readonly NamedEntry[];
  /** What imported lists know of an address. */
  intelligence(address: Address, nowMs: number): AddressIntelligence;
  /** A broad entry by the id that a verdict gave. */
  entry(id: string): BroadEntry | undefined;
}

const NOTHING: readonly never[] = [];

/** Joins the parts of a base and the entries; without parts only entries are listed. */
export function createAddressLists(base: readonly AddressList[], entries: ListedEntries): AddressLists {
  const byId = new Map([...entries.broad.values()].map((entry) => [entry.id, entry]));
  const named = namedEntries([...entries.broad.values(), ...base.flatMap(feedNames)]);
  const strongest = createStrongest();
  const sides = [...entrySides(entries), ...base.map(baseSide)];
  const deciding = sides
    .filter(({ list }) => list.entryCount > 0)
    .map((side) => ({ list: side.list, visitor: visitorOf(side, strongest.offer) }));
  const tags = base.flatMap((part) => part.tags);

  return {
    entries,
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
      if (base.length === 0) return NO_INTELLIGENCE;
      const gatherer = createIntelligenceGatherer(tags, nowMs);
      for (const part of base) {
        const take: CoveringVisitor["take"] = (table, at) => {
          const tag = part.tags[tagAt(table, at)];
          if (tag !== undefined) gatherer.take(tag, numberAt(table, at));
        };
        part.visit(address, nowMs, { take });
      }
      return gatherer.end();
    },
    named(kind, value, nowMs) {
      const found = named.get(`${kind} ${value}`);
      return found === undefined ? NOTHING : found.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs);
    },
    entry: (id) => byId.get(id),
  };
}

/** One of the lists: how its entries are named, and which do not count. */
interface Side {
  readonly list: AddressList;
  readonly keyOf: KeyOf;
  isLeftOut(table: AddressTable, at: number): boolean;
}

function visitorOf({ list, keyOf, isLeftOut }: Side, take: Strongest["offer"]): CoveringVisitor {
  return {
    take(table, at) {
      const tag = list.tags[tagAt(table, at)];
      if (tag !== undefined && !isLeftOut(table, at)) take(tag, table, at, keyOf);
    },
  };
}

function entrySides({ segment, recent, recentList, broad, broadList }: ListedEntries): Side[] {
  const isIn = (): boolean => false;
  return [
    { list: broadList, keyOf: (table, at) => broad.get(numberAt(table, at))?.id ?? "", isLeftOut: isIn },
    { list: recentList, keyOf: numberAt, isLeftOut: isIn },
    { list: segment, keyOf: numberAt, isLeftOut: (table, at) => recent.size > 0 && recent.has(numberAt(table, at)) },
  ];
}

/** A base that an older release compiled also has people's and rules' entries, which are told by the entries alone. */
function baseSide(list: AddressList): Side {
  const isLeftOut = list.tags.map(({ source }) => source === "staff" || source === "auto");
  return { list, keyOf: numberAt, isLeftOut: (table, at) => isLeftOut[tagAt(table, at)] === true };
}

function feedNames({ tags }: AddressList): NamedEntry[] {
  return tags.flatMap(({ role, source, names = [] }) => {
    if (role === "signal" || role === "excuse") return [];
    return names.map(([kind, value, expiry]) => {
      const about = { id: `feed:${source}`, source: "feed", reason: source, rules: null } as const;
      return { ...about, verdict: role, kind, value, expiresAtMs: expiry === null ? null : expiry * 1_000 };
    });
  });
}

function namedEntries(entries: Iterable<NamedEntry>): ReadonlyMap<string, readonly NamedEntry[]> {
  const named = new Map<string, NamedEntry[]>();
  for (const entry of entries) {
    if (entry.kind === "ip") continue;
    const key = `${entry.kind} ${entry.value}`;
    const same = named.get(key);
    if (same === undefined) named.set(key, [entry]);
    else same.push(entry);
  }
  return named;
}
