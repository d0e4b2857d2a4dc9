import { sql } from "drizzle-orm";
import { bigserial, boolean, index, jsonb, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { ERASURE_STATUSES, HELD_KINDS } from "../../../core/privacy/erasure.ts";
import { instant } from "./columns.ts";

/** Erasures of clients. Once one is done it names nobody: `subject` is a keyed digest, by which a second request finds it. */
export const erasures = pgTable(
  "erasures",
  {
    id: text().primaryKey(),
    subject: text().notNull(),
    /** While it runs. */
    clientId: text(),
    /** What stands in the rows that are kept for statistics; random. */
    pseudonym: text().notNull(),
    status: text({ enum: ERASURE_STATUSES }).notNull(),
    /** Events received later begin a history of their own. */
    beforeAt: instant().notNull(),
    requestedBy: text().notNull(),
    requestedAt: instant().notNull(),
    finishedAt: instant(),
    counts: jsonb().$type<Record<string, number>>().notNull().default({}),
    leasedUntil: instant(),
    /** How far it is with the records outside the client's events; null before the first. */
    place: text(),
  },
  (t) => [
    uniqueIndex("erasures_running").on(t.subject).where(sql`${t.status} = 'running'`),
    index("erasures_subject").on(t.subject, t.requestedAt),
  ],
);

/** What the erased events named, while an erasure runs; `claim` is `world:event id`. */
export const erasureIdentifiers = pgTable(
  "erasure_identifiers",
  {
    erasureId: text()
      .notNull()
      .references(() => erasures.id, { onDelete: "cascade" }),
    kind: text().notNull(),
    value: text().notNull(),
    /** Whether no other client uses it; null until somebody looked. */
    isOwn: boolean(),
  },
  (t) => [primaryKey({ columns: [t.erasureId, t.kind, t.value] })],
);

/** What an erasure left, why and until when. */
export const erasureHolds = pgTable(
  "erasure_holds",
  {
    erasureId: text()
      .notNull()
      .references(() => erasures.id, { onDelete: "cascade" }),
    kind: text({ enum: HELD_KINDS }).notNull(),
    recordId: text().notNull(),
    reason: text().notNull(),
    untilAt: instant().notNull(),
    releasedAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.erasureId, t.kind, t.recordId] }),
    index("erasure_holds_due").on(t.untilAt).where(sql`${t.releasedAt} is null`),
  ],
);

/** What a client agreed to or refused; the latest by `given_at`, then by `id`, holds. */
export const consents = pgTable(
  "consents",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    livemode: boolean().notNull(),
    clientId: text().notNull(),
    purpose: text().notNull(),
    granted: boolean().notNull(),
    givenAt: instant().notNull(),
    source: text().notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [uniqueIndex("consents_once").on(t.clientId, t.livemode, t.purpose, t.givenAt, t.granted, t.source)],
);
