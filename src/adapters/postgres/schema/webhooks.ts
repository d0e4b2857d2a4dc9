import { sql } from "drizzle-orm";
import { boolean, index, integer, json, jsonb, pgTable, primaryKey, smallint, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Who is told of what. Secrets are sealed; what a delivery finds out about an endpoint leaves its version alone, unless it disables it. */
export const webhookEndpoints = pgTable(
  "webhook_endpoints",
  {
    id: text().primaryKey(),
    livemode: boolean().notNull(),
    name: text().notNull(),
    kind: text().notNull(),
    /** As staff see it: without what in it is secret. */
    url: text().notNull(),
    types: text().array().notNull(),
    /** The least severity it is told of, by rank. */
    minSeverity: smallint().notNull().default(0),
    settings: jsonb().notNull(),
    secret: text().notNull(),
    previousSecret: text(),
    previousSecretUntil: instant(),
    isActive: boolean().notNull().default(true),
    disabledFor: text(),
    disabledAt: instant(),
    /** First failure since the last success. */
    failingSince: instant(),
    lastSuccessAt: instant(),
    createdAt: instant().notNull(),
    createdBy: text().notNull(),
    version: integer().notNull().default(1),
  },
  (t) => [uniqueIndex("webhook_endpoints_name").on(t.livemode, t.name)],
);

/** What happened, kept only if somebody wanted to be told. */
export const webhookEvents = pgTable(
  "webhook_events",
  {
    /** `webhook-id` of every attempt to tell of it. */
    message: text().primaryKey().default(sql`'msg_' || replace(gen_random_uuid()::text, '-', '')`),
    livemode: boolean().notNull(),
    id: text().notNull(),
    type: text().notNull(),
    occurredAt: instant().notNull(),
    severity: smallint().notNull().default(0),
    /** `json` and not `jsonb`: it is told in the order it was written in. */
    data: json().notNull(),
  },
  (t) => [uniqueIndex("webhook_events_id").on(t.livemode, t.id), index("webhook_events_time").on(t.occurredAt)],
);

/** One event for one endpoint. No foreign key to the endpoint: one that is removed at that moment must not fail the change that is told. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    id: text().primaryKey().default(sql`'dlv_' || replace(gen_random_uuid()::text, '-', '')`),
    message: text()
      .notNull()
      .references(() => webhookEvents.message, { onDelete: "cascade" }),
    endpointId: text().notNull(),
    status: text({ enum: ["pending", "delivered", "failed"] })
      .notNull()
      .default("pending"),
    createdAt: instant().notNull(),
    dueAt: instant().notNull(),
    /** Attempts of this round; a replay begins another. */
    step: smallint().notNull().default(0),
    roundStartedAt: instant(),
    /** Attempts of all rounds, each in the log. */
    attempts: integer().notNull().default(0),
    /** Who is sending it, and until when nobody else may. */
    lease: text(),
    leasedUntil: instant(),
    finishedAt: instant(),
  },
  (t) => [
    uniqueIndex("webhook_deliveries_once").on(t.message, t.endpointId),
    index("webhook_deliveries_due").on(t.endpointId, t.dueAt).where(sql`${t.status} = 'pending'`),
    index("webhook_deliveries_newest").on(t.endpointId, t.createdAt, t.id),
  ],
);

/** The log: what came of each attempt. */
export const webhookAttempts = pgTable(
  "webhook_attempts",
  {
    deliveryId: text()
      .notNull()
      .references(() => webhookDeliveries.id, { onDelete: "cascade" }),
    number: integer().notNull(),
    startedAt: instant().notNull(),
    durationMs: integer().notNull(),
    outcome: text().notNull(),
    responseStatus: integer(),
    /** Its first kilobyte. */
    responseBody: text(),
  },
  (t) => [primaryKey({ columns: [t.deliveryId, t.number] })],
);
