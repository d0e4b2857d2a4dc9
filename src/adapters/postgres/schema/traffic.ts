import { bigint, boolean, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Calls of what is not served, by five minutes and network (a keyed digest): outside the audit log's chain, for strangers must not make it grow. */
export const unmatchedCalls = pgTable(
  "unmatched_calls",
  {
    slot: instant().notNull(),
    network: text().notNull(),
    calls: bigint({ mode: "number" }).notNull(),
    limited: bigint({ mode: "number" }).notNull(),
    requestId: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.slot, t.network] })],
);

/**
 * How much of each kind happened, by five minutes of its own time: events by their type, decisions as `decision` and the fraud among them as
 * `fraud` by the time they were made. Raised in the statement that records; kept as long as the events.
 */
export const trafficSlots = pgTable(
  "traffic_slots",
  {
    livemode: boolean().notNull(),
    slot: instant().notNull(),
    kind: text().notNull(),
    count: bigint({ mode: "number" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.livemode, t.kind, t.slot] }), index("traffic_slots_slot").on(t.slot)],
);
