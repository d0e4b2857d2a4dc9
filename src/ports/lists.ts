import type { FeedCategory } from "../core/lists/feed-category.ts";
import type { ListedKind, ListHit } from "../core/lists/list-hit.ts";
import type { FeedRole } from "../core/lists/list-role.ts";
import type { Answer } from "./answer.ts";
import type { StaffChange } from "./staff-writes.ts";

/** What an entry does; `challenge` asks a visitor of the gate to prove a person. */
export const LIST_VERDICTS = ["block", "challenge", "allow"] as const;
export type ListVerdict = (typeof LIST_VERDICTS)[number];

/** One entry of the block list or the whitelist, by a person or by a rule's `autoBlock`. */
export interface ListEntry {
  readonly id: string;
  readonly livemode: boolean;
  readonly verdict: ListVerdict;
  readonly kind: ListedKind;
  /** In the events' canonical form; for `ip` an address or a network. */
  readonly value: string;
  /** Whose mark carries it, as `markedEntity` says; null for what names more than one entity. */
  readonly entity: string | null;
  readonly reason: string;
  readonly source: "staff" | "auto";
  /** Of a whitelist entry: full ids of the rules it silences; null is all of them. */
  readonly rules: readonly string[] | null;
  readonly createdBy: string;
  readonly createdAtMs: number;
  /** Null lasts until it is ended. */
  readonly expiresAtMs: number | null;
  /** False once it was ended; one whose time is over may still be true. */
  readonly isActive: boolean;
  readonly endedAtMs: number | null;
  readonly endedBy: string | null;
  readonly version: number;
  readonly reportId: string | null;
  readonly decisionId: string | null;
  readonly ruleId: string | null;
}
/** An entity as marks are kept for it. */
export interface MarkedEntity {
  readonly livemode: boolean;
  readonly kind: ListedKind;
  readonly entity: string;
}
export interface EntryQuery {
  readonly verdicts: readonly ListVerdict[];
  readonly kind: ListedKind | null;
  /** In force now, or not; null is both. */
  readonly isInForce: boolean | null;
  readonly source: "staff" | "auto" | null;
  /** A canonical value. */
  readonly value: string | null;
  /** A part of value or reason. */
  readonly text: string | null;
  readonly livemode: boolean | null;
  /** The `next` of the page before. */
  readonly before: EntryPlace | null;
  readonly limit: number;
  readonly nowMs: number;
}
export interface EntryPlace {
  readonly createdAtMs: number;
  readonly id: string;
}
/** Blocks and whitelist entries: Postgres is the record. */
export interface EntryStore {
  /** Newest first. */
  search(query: EntryQuery, budgetMs: number): Answer<{ readonly entries: readonly ListEntry[]; readonly next: EntryPlace | null }>;
  byId(id: string, budgetMs: number): Answer<ListEntry | null>;
  /** Entries that are in force and carried by the marks of these entities. */
  ofEntities(entities: readonly MarkedEntity[], nowMs: number, budgetMs: number): Answer<readonly ListEntry[]>;
  /** Entries on an address or a network around it that are in force. */
  aroundAddress(address: string, livemode: boolean, nowMs: number, budgetMs: number): Answer<readonly ListEntry[]>;
  /** Entities whose entries changed since a time, each once; `null` since ever. In order of entity, after a place, so that one can page. */
  changedEntities(sinceMs: number | null, after: MarkedEntity | null, limit: number, budgetMs: number): Answer<readonly MarkedEntity[]>;
  /** Makes one entry; stale when the same is listed already. */
  creating(entry: ListEntry): StaffChange;
  /** Makes those of many that are not listed yet. */
  creatingMany(entries: readonly ListEntry[]): StaffChange;
  /** How many of these ids there are. */
  countOf(ids: readonly string[], budgetMs: number): Answer<number>;
  /** Entries in force that name no single entity and so stay in the delta: networks, ASNs, countries, e-mail domains. */
  countBroad(livemode: boolean, budgetMs: number): Answer<number>;
  /** Saves reason, end and rules over the version before. */
  changing(entry: ListEntry): StaffChange;
  /** Ends entries whose time is over; gives their number. */
  endExpired(nowMs: number, budgetMs: number): Answer<number>;
}

/** What a decision reads of entities: kept in Redis beside their logs. */
export interface MarkStore {
  /** Writes the marks of entities whole; an entity without entries loses its mark. */
  put(marks: readonly { readonly of: MarkedEntity; readonly entries: readonly ListHit[] }[], nowMs: number, budgetMs: number): Answer<void>;
  /** Whether all marks were written since this Redis began. */
  isWhole(budgetMs: number): Answer<boolean>;
  markWhole(budgetMs: number): Answer<void>;
}

/** The delta of the address lists in Redis, as text. */
export interface DeltaSource {
  /** The version that is there, or null. */
  version(budgetMs: number): Answer<number | null>;
  read(budgetMs: number): Answer<string | null>;
}
export interface DeltaStore extends DeltaSource {
  /** Never over a newer version; the same version is written again. */
  put(version: number, text: string, budgetMs: number): Answer<void>;
}
/** Compiled bases by hash, in KV. */
export interface BaseSource {
  get(hash: string, budgetMs: number): Answer<ArrayBuffer | null>;
}
export interface BaseStore extends BaseSource {
  put(hash: string, bytes: ArrayBuffer, budgetMs: number): Answer<void>;
}

/** Everything the delta of one world says, read at one moment. */
export interface ListSnapshot {
  readonly version: number;
  readonly base: string | null;
  /** Entries in force on addresses, networks, ASNs, countries and e-mail domains that the base does not have, newest first. */
  readonly entries: readonly ListEntry[];
  /** Numbers of entries of the base that are not in force as it has them. */
  readonly removed: readonly number[];
}
export interface ListState {
  readonly version: number;
  readonly feedsVersion: number;
  readonly baseHash: string | null;
  readonly baseBuiltAtMs: number | null;
  readonly baseFeedsVersion: number;
  readonly isBaseWanted: boolean;
}
export interface ListStateStore {
  read(budgetMs: number): Answer<ListState>;
  snapshot(livemode: boolean, limit: number, nowMs: number, budgetMs: number): Answer<ListSnapshot>;
  /** Live entries on single addresses (what has a mark) for the base: in force at least until a time, by id after one; none that names rules. */
  baseEntries(after: string, untilMs: number, limit: number, budgetMs: number): Answer<readonly ListEntry[]>;
  /** The base is in KV: what it has leaves the delta. */
  saveBase(
    base: {
      readonly hash: string;
      readonly builtAtMs: number;
      readonly feedsVersion: number;
      readonly included: readonly { readonly id: string; readonly version: number; readonly number: number }[];
    },
    budgetMs: number,
  ): Answer<void>;
}

/** An imported address list. */
export interface Feed {
  readonly name: string;
  readonly role: FeedRole;
  /** What it says of its addresses; null says nothing. */
  readonly category: FeedCategory | null;
  readonly format: string;
  readonly origin: string | null;
  readonly minCount: number;
  readonly entries: number;
  /** Which import is in force: the microsecond it began, so that none is used twice. */
  readonly generation: number;
  readonly importedAtMs: number;
  readonly importedBy: string;
  /** When the whole feed stops to count, unless it is imported again. */
  readonly expiresAtMs: number | null;
  readonly version: number;
}
export interface FeedRow {
  readonly network: string;
  readonly count: number | null;
  /** ISO 3166, upper case, of a feed that says where its networks are. */
  readonly country: string | null;
  readonly expiresAtMs: number | null;
}
export interface FeedStore {
  list(budgetMs: number): Answer<readonly Feed[]>;
  byName(name: string, budgetMs: number): Answer<Feed | null>;
  /** Adds networks to a generation; of a network that is there already the end is moved. */
  fill(name: string, generation: number, rows: readonly FeedRow[], budgetMs: number): Answer<void>;
  /** Begins a generation with what another holds. */
  copy(feed: Feed, generation: number, budgetMs: number): Answer<void>;
  remove(name: string, generation: number, networks: readonly string[], budgetMs: number): Answer<void>;
  count(name: string, generation: number, budgetMs: number): Answer<number>;
  /** Makes a filled generation the feed; `isUrgent` asks for a new base before the hour. */
  switching(feed: Feed, isUrgent: boolean): StaffChange;
  dropping(feed: Feed): StaffChange;
  /** Takes away networks of imports that are not in force and began before a time, some at a time; gives their number. */
  sweep(beforeMs: number, budgetMs: number): Answer<number>;
  /** Networks of a feed in order, after one. */
  page(feed: Feed, after: string | null, limit: number, budgetMs: number): Answer<readonly FeedRow[]>;
  /** Feeds in force that hold an address, with the network. */
  holding(address: string, nowMs: number, budgetMs: number): Answer<readonly { readonly feed: Feed; readonly row: FeedRow }[]>;
}

/** A named list as it is listed: its entries are a content by hash. */
export interface NamedList {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly hash: string;
  readonly entries: number;
  readonly version: number;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
}
export interface NamedListStore {
  list(budgetMs: number): Answer<readonly NamedList[]>;
  byName(name: string, budgetMs: number): Answer<NamedList | null>;
  /** Both are prepared to go with the manifest that names the content. */
  saving(list: NamedList): StaffChange;
  dropping(name: string): StaffChange;
}
