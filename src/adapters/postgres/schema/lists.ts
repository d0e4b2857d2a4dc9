import { sql } from "drizzle-orm";
import { bigint, boolean, check, cidr, index, inet, integer, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Blocks and whitelist entries by people and rules. None is ever deleted: what ended stays as its history. */
export const listEntries = pgTable(
  "list_entries",
  {
    id: text().primaryKey(),
    livemode: boolean().notNull(),
    verdict: text({ enum: ["block", "challenge", "allow"] }).notNull(),
    kind: text().notNull(),
    /** In the events' canonical form; for `ip` an address or a network. */
    value: text().notNull(),
    /** Whose mark in Redis carries the entry; null for what names more than one entity (a network, a country). */
    entity: text(),
    /** The value of an `ip`, to be found by the networks that hold an address. */
    network: inet().generatedAlwaysAs(sql`case when kind = 'ip' then value::inet end`),
    reason: text().notNull(),
    source: text({ enum: ["staff", "auto"] }).notNull(),
    /** Of a whitelist entry: the rules it silences; null is all of them. */
    rules: text().array(),
    createdBy: text().notNull(),
    createdAt: instant().notNull(),
    expiresAt: instant(),
    isActive: boolean().notNull().default(true),
    endedAt: instant(),
    endedBy: text(),
    version: integer().notNull().default(1),
    reportId: text(),
    decisionId: text(),
    ruleId: text(),
    /** What isolates know it by: ids are long. */
    number: integer().generatedAlwaysAsIdentity(),
    changedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("list_entries_active").on(t.livemode, t.kind, t.value, t.verdict, t.source).where(sql`${t.isActive}`),
    index("list_entries_entity").on(t.kind, t.entity, t.livemode).where(sql`${t.isActive}`),
    index("list_entries_changed").on(t.changedAt),
    index("list_entries_network").on(t.network).where(sql`${t.isActive}`),
    index("list_entries_newest").on(t.createdAt, t.id),
    index("list_entries_expiry").on(t.expiresAt).where(sql`${t.isActive}`),
    uniqueIndex("list_entries_number").on(t.number),
    index("list_entries_listed")
      .on(t.livemode, t.number)
      .where(sql`${t.isActive} and ${t.kind} in ('ip', 'asn', 'country', 'email_domain')`),
    index("list_entries_singles")
      .on(t.livemode, t.verdict)
      .where(sql`${t.isActive} and ${t.kind} = 'ip' and ${t.entity} is not null and ${t.rules} is null`),
    index("list_entries_by_rules").on(t.value, t.kind, t.livemode, t.createdAt).where(sql`${t.source} = 'auto'`),
    check("list_entries_rules", sql`${t.rules} is null or ${t.verdict} = 'allow'`),
  ],
);

/** Which entries changed with which version, written by the trigger; number 0 is the base. Forgotten once Redis has a snapshot of a later version. */
export const listChanges = pgTable(
  "list_changes",
  { livemode: boolean().notNull(), version: bigint({ mode: "number" }).notNull(), number: integer().notNull() },
  (t) => [primaryKey({ columns: [t.livemode, t.version, t.number] })],
);

/** Imported address lists. Their networks are in `feed_entries` under `generation`; an import fills the next one and switches over. */
export const listFeeds = pgTable("list_feeds", {
  name: text().primaryKey(),
  role: text({ enum: ["signal", "challenge", "block", "allow"] }).notNull(),
  format: text().notNull(),
  /** Where it was read, as the importer says; null when it did not say. */
  origin: text(),
  minCount: integer().notNull(),
  entries: integer().notNull(),
  generation: bigint({ mode: "number" }).notNull(),
  importedAt: instant().notNull(),
  importedBy: text().notNull(),
  expiresAt: instant(),
  /** What it says of its addresses; null says nothing. */
  category: text({ enum: ["datacenter", "vpn", "tor", "blacklist", "country"] }),
  version: integer().notNull().default(1),
});

/** The networks of one import of one feed. */
export const feedEntries = pgTable(
  "feed_entries",
  {
    feed: text().notNull(),
    generation: bigint({ mode: "number" }).notNull(),
    network: cidr().notNull(),
    /** On how many lists the feed saw it; null when it does not say. */
    count: integer(),
    /** Where the network is, of a feed that says it. */
    country: text(),
    /** Null lasts as long as its feed. */
    expiresAt: instant(),
  },
  (t) => [primaryKey({ columns: [t.feed, t.generation, t.network] }), index("feed_entries_network").on(t.network)],
);

/** What CrowdSec decides in one import of a feed, beyond bans on addresses and networks. */
export const feedDecisions = pgTable(
  "feed_decisions",
  {
    feed: text().notNull(),
    generation: bigint({ mode: "number" }).notNull(),
    scope: text({ enum: ["ip", "range", "as", "country"] }).notNull(),
    value: text().notNull(),
    /** `ban`, `captcha`. */
    type: text().notNull(),
    role: text({ enum: ["signal", "challenge", "block", "allow"] }).notNull(),
    expiresAt: instant().notNull(),
    /** The value of an `ip` or `range`, to be found by the networks that hold an address. */
    network: cidr().generatedAlwaysAs(sql`case when scope in ('ip', 'range') then value::cidr end`),
  },
  (t) => [primaryKey({ columns: [t.feed, t.generation, t.scope, t.value, t.type] }), index("feed_decisions_network").on(t.network)],
);

/** What `inList` reads, by name. The entries are a content of the live manifest, by hash. */
export const namedLists = pgTable("named_lists", {
  name: text().primaryKey(),
  type: text().notNull(),
  description: text().notNull(),
  hash: text().notNull(),
  entries: integer().notNull(),
  version: integer().notNull(),
  updatedAt: instant().notNull(),
  updatedBy: text().notNull(),
});

/** How far the address lists are, one row. */
export const listState = pgTable(
  "list_state",
  {
    one: boolean().primaryKey().default(true),
    /** Counts changes of `list_entries`; a trigger does, so that nobody forgets. */
    version: bigint({ mode: "number" }).notNull().default(1),
    /** Counts imports of feeds. */
    feedsVersion: bigint({ mode: "number" }).notNull().default(0),
    baseHash: text(),
    /** The hashes of its parts in KV. */
    baseParts: text().array().notNull().default([]),
    baseBuiltAt: instant(),
    /** `feedsVersion` as the base has it. */
    baseFeedsVersion: bigint({ mode: "number" }).notNull().default(0),
    /** Somebody imported and does not want to wait for the hour. */
    baseWanted: boolean().notNull().default(false),
    /** The version up to which `list_changes` of the world are forgotten. */
    liveFloor: bigint({ mode: "number" }).notNull().default(0),
    testFloor: bigint({ mode: "number" }).notNull().default(0),
  },
  (t) => [check("list_state_one", sql`${t.one}`)],
);
