import type { BasePointer } from "../core/lists/change-log.ts";
import type { FeedCategory } from "../core/lists/feed-category.ts";
import type { DecisionKey, FeedDecision } from "../core/lists/feeds/feed-format.ts";
import type { ListedKind, ListHit } from "../core/lists/list-hit.ts";
import type { FeedRole } from "../core/lists/list-role.ts";
import type { EntrySet, ListedCounts } from "../core/lists/listed-entry.ts";
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
  /** Entities whose entries changed after a version, each once; `null` all that have some. In order of entity, after a place, so that one can page. */
  changedEntities(version: number | null, after: MarkedEntity | null, limit: number, budgetMs: number): Answer<readonly MarkedEntity[]>;
  /** Makes one entry; stale when the same is listed already. */
  creating(entry: ListEntry): StaffChange;
  /** Makes those of many that are not listed yet. */
  creatingMany(entries: readonly ListEntry[]): StaffChange;
  /** How many of these ids there are. */
  countOf(ids: readonly string[], budgetMs: number): Answer<number>;
  /** Active entries by what isolates keep of them (`core/lists/listed-entry.ts`). */
  countListed(livemode: boolean, budgetMs: number): Answer<ListedCounts>;
  /** Those of many that would be new, each once: none that is listed already. */
  unlisted(entries: readonly ListEntry[], budgetMs: number): Answer<readonly ListEntry[]>;
  /** Saves reason, end and rules over the version before. */
  changing(entry: ListEntry): StaffChange;
  /** Ends entries whose time is over; gives their number. */
  endExpired(nowMs: number, budgetMs: number): Answer<number>;
}

/** What a decision reads of entities: kept in Redis beside their logs. */
export interface MarkStore {
  /** Writes the marks of entities whole; an entity without entries loses its mark. */
  put(marks: readonly { readonly of: MarkedEntity; readonly entries: readonly ListHit[] }[], nowMs: number, budgetMs: number): Answer<void>;
  /** Up to which version of the lists all marks were written; null when this Redis began since then. */
  reached(budgetMs: number): Answer<number | null>;
  setReached(version: number, budgetMs: number): Answer<void>;
}

/** The entries of one world in Redis, as text (`core/lists/change-log.ts`): a snapshot, and a log of what changed since. */
export interface ListSource {
  /** The newest version that is there; null when nothing is. */
  version(budgetMs: number): Answer<number | null>;
  /** Changes that end after a version, in order; none when the log does not have them. */
  changes(after: number, budgetMs: number): Answer<readonly string[]>;
  snapshot(budgetMs: number): Answer<string | null>;
}
export interface ListJournal {
  readonly version: number | null;
  /** The version of the snapshot; null when there is none. */
  readonly snapshot: number | null;
  /** Changes since the snapshot. */
  readonly changes: readonly string[];
}
export interface ListStore extends ListSource {
  /** Adds changes if they follow on the version that is there; gives the version that is there then. */
  append(changes: { readonly from: number; readonly to: number; readonly text: string }, budgetMs: number): Answer<number | null>;
  /** Keeps a snapshot, never over a newer one, and forgets the changes before the snapshot that it replaces. */
  putSnapshot(version: number, text: string, budgetMs: number): Answer<void>;
  /** What a checkpoint is made of; renews the time to live of everything. */
  journal(budgetMs: number): Answer<ListJournal>;
}

/** What KV keeps for isolates that begin while Redis is away: at most a minute old. */
export interface CheckpointSource {
  /** Null when nothing was ever kept. */
  read(budgetMs: number): Answer<{ readonly snapshot: string; readonly changes: readonly string[] } | null>;
}
export interface CheckpointHead {
  readonly version: number;
  /** Which snapshot the changes follow on. */
  readonly snapshot: number;
  readonly changes: readonly string[];
  readonly writtenAtMs: number;
}
export interface CheckpointStore extends CheckpointSource {
  head(budgetMs: number): Answer<CheckpointHead | null>;
  putHead(head: CheckpointHead, budgetMs: number): Answer<void>;
  putSnapshot(version: number, text: string, budgetMs: number): Answer<void>;
}

/** Parts of compiled bases by hash, in KV. */
export interface BaseSource {
  get(hash: string, budgetMs: number): Answer<ArrayBuffer | null>;
}
export interface BaseStore extends BaseSource {
  put(hash: string, bytes: ArrayBuffer, budgetMs: number): Answer<void>;
}

export interface ListState {
  readonly version: number;
  /** Changes up to this version are forgotten, in one world or both. */
  readonly floor: number;
  readonly feedsVersion: number;
  readonly base: BasePointer | null;
  readonly baseBuiltAtMs: number | null;
  readonly baseFeedsVersion: number;
  readonly isBaseWanted: boolean;
}
/** What changed in one world after a version, read at one moment. */
export interface ChangedEntries extends EntrySet {
  readonly version: number;
  /** Changes up to this version are forgotten: who has an older one needs a snapshot. */
  readonly floor: number;
  /** Of the live world. */
  readonly base: BasePointer | null;
  readonly isBaseChanged: boolean;
}
export interface ListStateStore {
  read(budgetMs: number): Answer<ListState>;
  changedSince(livemode: boolean, version: number, nowMs: number, budgetMs: number): Answer<ChangedEntries>;
  /** Entries in force that lists are made of, by number after one; `last` is null when there are no more. */
  page(
    of: { readonly livemode: boolean; readonly after: number; readonly limit: number; readonly nowMs: number },
    budgetMs: number,
  ): Answer<Pick<EntrySet, "singles" | "broad"> & { readonly last: number | null }>;
  /** Makes the version greater than one: what Redis has when the record was restored from a backup. */
  skipTo(version: number, budgetMs: number): Answer<void>;
  /** Forgets which entries of a world changed up to a version. */
  forgetChanges(livemode: boolean, upTo: number, budgetMs: number): Answer<void>;
  /** The base is in KV. One that is the same as before moves no version. */
  saveBase(
    base: { readonly pointer: BasePointer; readonly builtAtMs: number; readonly feedsVersion: number },
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
  /** Adds decisions to a generation; one of the same key takes the place of the one before. */
  decide(name: string, generation: number, decisions: readonly FeedDecision[], budgetMs: number): Answer<void>;
  remove(
    name: string,
    generation: number,
    gone: { readonly networks: readonly string[]; readonly decisions: readonly DecisionKey[] },
    budgetMs: number,
  ): Answer<void>;
  /** Networks and decisions. */
  count(name: string, generation: number, budgetMs: number): Answer<number>;
  /** Makes a filled generation the feed; `isUrgent` asks for a new base before the hour. */
  switching(feed: Feed, isUrgent: boolean): StaffChange;
  dropping(feed: Feed): StaffChange;
  /** Takes away networks of imports that are not in force and began before a time, some at a time; gives their number. */
  sweep(beforeMs: number, budgetMs: number): Answer<number>;
  /** Networks of a feed in order, after one. */
  page(feed: Feed, after: string | null, limit: number, budgetMs: number): Answer<readonly FeedRow[]>;
  /** Decisions of a feed in order of scope, value and type, after one. */
  decisions(feed: Feed, after: DecisionKey | null, limit: number, budgetMs: number): Answer<readonly FeedDecision[]>;
  /** Feeds in force that hold an address, with the network and what they do to it. */
  holding(
    address: string,
    nowMs: number,
    budgetMs: number,
  ): Answer<readonly { readonly feed: Feed; readonly row: FeedRow; readonly role: FeedRole }[]>;
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
