import { sql } from "drizzle-orm";
import { bigint, boolean, foreignKey, index, integer, json, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { Delivery } from "../../../core/evidence/delivery.ts";
import { instant } from "./columns.ts";

/** What was added to a transaction for a dispute; a transaction without a row has its record in `events` and `decisions` alone. */
export const evidenceRecords = pgTable(
  "evidence_records",
  {
    livemode: boolean().notNull(),
    transactionId: text().notNull(),
    clientId: text(),
    /** The first `payment` event that told of a chargeback. */
    chargebackId: text(),
    chargebackAt: instant(),
    reasonCode: text(),
    /** What was known when the chargeback came: `json` keeps the text that the hash is of. */
    snapshot: json(),
    snapshotAt: instant(),
    snapshotSha256: text(),
    delivery: jsonb().$type<Delivery>().notNull(),
    /** Legal hold: until then nothing erases it. */
    holdUntil: instant(),
    createdAt: instant().notNull(),
    /** Of the delivery; the rest is only added to. */
    version: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.transactionId, t.livemode] }),
    index("evidence_records_client").on(t.clientId, t.livemode).where(sql`${t.clientId} is not null`),
    index("evidence_records_created").on(t.createdAt),
  ],
);

export const customerCommunications = pgTable(
  "customer_communications",
  {
    id: text().primaryKey(),
    livemode: boolean().notNull(),
    transactionId: text().notNull(),
    occurredAt: instant().notNull(),
    channel: text().notNull(),
    direction: text().notNull(),
    text: text().notNull(),
    addedAt: instant().notNull(),
    addedBy: text().notNull(),
  },
  (t) => [
    foreignKey({
      columns: [t.transactionId, t.livemode],
      foreignColumns: [evidenceRecords.transactionId, evidenceRecords.livemode],
    }).onDelete("cascade"),
    index("customer_communications_transaction").on(t.transactionId, t.livemode),
  ],
);

/** Screenshots and documents: their bytes are in object storage, encrypted under a key of their own that is here, wrapped. */
export const evidenceFiles = pgTable(
  "evidence_files",
  {
    id: text().primaryKey(),
    livemode: boolean().notNull(),
    transactionId: text().notNull(),
    kind: text().notNull(),
    name: text().notNull(),
    contentType: text().notNull(),
    sizeBytes: bigint({ mode: "number" }).notNull(),
    sha256: text().notNull(),
    note: text(),
    objectKey: text().notNull(),
    master: text().notNull(),
    wrapped: text().notNull(),
    addedAt: instant().notNull(),
    addedBy: text().notNull(),
    removedAt: instant(),
    removedBy: text(),
    version: integer().notNull(),
  },
  (t) => [
    foreignKey({
      columns: [t.transactionId, t.livemode],
      foreignColumns: [evidenceRecords.transactionId, evidenceRecords.livemode],
    }).onDelete("cascade"),
    index("evidence_files_transaction").on(t.transactionId, t.livemode),
  ],
);

/** Objects that no file names: uploads under way or broken off, and what was forgotten. A schedule deletes them. */
export const evidenceUploads = pgTable("evidence_uploads", { objectKey: text().primaryKey(), beganAt: instant().notNull() }, (t) => [
  index("evidence_uploads_began").on(t.beganAt),
]);
