import { sql } from "drizzle-orm";
import { bigint, boolean, doublePrecision, index, inet, jsonb, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** What visitors do besides paying; queries say it in these words, so that the indexes serve them. */
const ofTraffic = (type: unknown) => sql`${type} in ('click', 'conversion', 'register', 'login', 'profile_change')`;

/**
 * The event log (S1.11, S2.0), partitioned by month on `occurred_at` with a default partition; `make_months` and `drop_expired` look after them.
 * `id` is unique across partitions by `event_ids`.
 */
export const events = pgTable(
  "events",
  {
    livemode: boolean().notNull(),
    id: text().notNull(),
    occurredAt: instant().notNull(),
    receivedAt: instant().notNull(),
    /** The stage of the call that brought the event. */
    stage: text().notNull(),
    type: text().notNull(),
    transactionType: text(),
    status: text().notNull(),
    amountMinor: bigint({ mode: "number" }),
    /** The deployment's currency when the event came, and the decimals of its minor unit. */
    currency: text().notNull(),
    currencyExponent: smallint().notNull(),
    clientId: text(),
    destId: text(),
    deviceId: text(),
    /** The address as sent; `ip_key` is what windows count by (IPv6 as its /64). */
    ip: inet(),
    ipKey: text(),
    card: text(),
    email: text(),
    phone: text(),
    shipping: text(),
    city: text(),
    bin: text(),
    merchant1: text("merchant_1"),
    merchant2: text("merchant_2"),
    latitude: doublePrecision(),
    longitude: doublePrecision(),
    /** The decision this event led to: the latest stage's. */
    requestId: text(),
    bodyHash: text().notNull(),
    /** Recorded while Redis could not confirm the append to its windows. */
    velocityPending: boolean().notNull(),
    body: jsonb().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.id, t.livemode, t.occurredAt] }),
    index("events_client_time").on(t.clientId, t.livemode, t.occurredAt.desc().nullsFirst()).where(sql`${t.clientId} is not null`),
    index("events_dest_time").on(t.destId, t.livemode, t.occurredAt.desc().nullsFirst()).where(sql`${t.destId} is not null`),
    index("events_client_dest").on(t.clientId, t.destId, t.livemode).where(sql`${t.clientId} is not null and ${t.destId} is not null`),
    index("events_ip_traffic")
      .on(t.ipKey, t.livemode, t.occurredAt.desc().nullsFirst())
      .where(sql`${t.ipKey} is not null and ${ofTraffic(t.type)}`),
    index("events_device_traffic")
      .on(t.deviceId, t.livemode, t.occurredAt.desc().nullsFirst())
      .where(sql`${t.deviceId} is not null and ${ofTraffic(t.type)}`),
    index("events_ip_transactions")
      .on(t.ipKey, t.livemode, t.occurredAt.desc().nullsFirst())
      .where(sql`${t.ipKey} is not null and ${t.type} = 'transaction'`),
    index("events_velocity_pending").on(t.receivedAt).where(sql`${t.velocityPending}`),
  ],
);

/** Makes an event id unique across partitions, and finds the partition that holds it; written in the event's statement. */
export const eventIds = pgTable(
  "event_ids",
  { livemode: boolean().notNull(), id: text().notNull(), occurredAt: instant().notNull() },
  (t) => [primaryKey({ columns: [t.id, t.livemode] })],
);

/** What `payment` events said of a transaction. The latest by `occurred_at` is its status, in whatever order they arrive. */
export const payments = pgTable(
  "payments",
  {
    livemode: boolean().notNull(),
    transactionId: text().notNull(),
    paymentId: text().notNull(),
    status: text().notNull(),
    occurredAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.transactionId, t.livemode, t.paymentId] })],
);
