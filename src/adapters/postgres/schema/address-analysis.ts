import { sql } from "drizzle-orm";
import { bigint, boolean, doublePrecision, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** What is known of each address that events came from, an IPv6 address by its /64. Counted in the statement that records events. */
export const ipAnalysis = pgTable(
  "ip_analysis",
  {
    livemode: boolean().notNull(),
    ipKey: text().notNull(),
    firstSeenAt: instant().notNull(),
    lastSeenAt: instant().notNull(),
    events: bigint({ mode: "number" }).notNull(),
    clients: integer().notNull(),
    devices: integer().notNull(),
    allowed: integer().notNull(),
    challenged: integer().notNull(),
    reviewed: integer().notNull(),
    blocked: integer().notNull(),
    logins: integer().notNull(),
    failedLogins: integer().notNull(),
    /** The same counts halved every 30 days: what the risk score is made of. `held` is challenged or reviewed. */
    recentDecisions: doublePrecision().notNull(),
    recentHeld: doublePrecision().notNull(),
    recentBlocked: doublePrecision().notNull(),
    recentLogins: doublePrecision().notNull(),
    recentFailedLogins: doublePrecision().notNull(),
    /** Grows with every write of counts, so that a score is only saved for what it was made of. */
    changes: bigint({ mode: "number" }).notNull(),
    /** Feeds, and `staff` or `auto`, that held the address when it was scored. */
    lists: text().array().notNull().default([]),
    riskScore: doublePrecision().notNull().default(0),
  },
  (t) => [
    primaryKey({ name: "ip_analysis_pk", columns: [t.livemode, t.ipKey] }),
    index("ip_analysis_risk").on(t.livemode, t.riskScore.desc(), t.ipKey),
    index("ip_analysis_last_seen").on(t.lastSeenAt),
  ],
);

/** The clients and devices of each address by a hash of their ids, so that each counts once. */
export const ipParties = pgTable(
  "ip_parties",
  {
    livemode: boolean().notNull(),
    ipKey: text().notNull(),
    kind: text({ enum: ["client", "device"] }).notNull(),
    party: bigint({ mode: "bigint" }).notNull(),
  },
  (t) => [primaryKey({ name: "ip_parties_pk", columns: [t.livemode, t.ipKey, t.kind, t.party] })],
);

/** The countries that a client's events came from, those of blocked transactions left out. */
export const clientCountries = pgTable(
  "client_countries",
  {
    livemode: boolean().notNull(),
    clientId: text().notNull(),
    country: text().notNull(),
    firstAt: instant().notNull(),
    lastAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ name: "client_countries_pk", columns: [t.livemode, t.clientId, t.country] }),
    index("client_countries_last").on(t.lastAt),
  ],
);

/** Feeds that are fetched by themselves. */
export const feedSources = pgTable(
  "feed_sources",
  {
    name: text().primaryKey(),
    url: text().notNull(),
    format: text().notNull(),
    role: text({ enum: ["signal", "challenge", "block", "allow"] }).notNull(),
    category: text({ enum: ["datacenter", "vpn", "tor", "blacklist", "country"] }),
    minCount: integer().notNull(),
    ttl: text(),
    intervalSeconds: integer().notNull(),
    isActive: boolean().notNull(),
    version: integer().notNull(),
    updatedAt: instant().notNull(),
    updatedBy: text().notNull(),
    /** When it is fetched next. */
    dueAt: instant().notNull(),
    /** What the last good answer said of itself, so that an unchanged feed is not sent again. */
    etag: text(),
    lastModified: text(),
    ranAt: instant(),
    /** `imported`, `unchanged`, or why not. */
    outcome: text(),
    /** In a row. */
    failures: integer().notNull().default(0),
    /** Since when a stream's changes are followed; null begins anew with all of it. */
    startedAt: instant(),
  },
  (t) => [index("feed_sources_due").on(t.dueAt).where(sql`${t.isActive}`)],
);
