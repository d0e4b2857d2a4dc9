import { bigint, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Batches of refusals that were kept: one that comes again changes nothing. */
export const gateRefusalBatches = pgTable("gate_refusal_batches", { id: text().primaryKey(), at: instant().notNull().defaultNow() });

/** What the gate refused, by reference. Nobody's address. */
export const gateRefusals = pgTable(
  "gate_refusals",
  {
    batch: text().notNull(),
    place: integer().notNull(),
    at: instant().notNull(),
    reference: text().notNull(),
    treatment: text({ enum: ["refused", "challenged", "noted"] }).notNull(),
    host: text().notNull(),
    path: text().notNull(),
    entry: text().notNull(),
    country: text(),
    asn: bigint({ mode: "number" }),
  },
  (t) => [
    primaryKey({ columns: [t.batch, t.place] }),
    index("gate_refusals_reference").on(t.reference),
    index("gate_refusals_at").on(t.at),
  ],
);

/** The same counted by hour. `country` is empty where it is not known. */
export const gateRefusalTotals = pgTable(
  "gate_refusal_totals",
  {
    hour: instant().notNull(),
    treatment: text({ enum: ["refused", "challenged", "noted"] }).notNull(),
    entry: text().notNull(),
    path: text().notNull(),
    country: text().notNull(),
    count: bigint({ mode: "number" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.hour, t.treatment, t.entry, t.path, t.country] })],
);
