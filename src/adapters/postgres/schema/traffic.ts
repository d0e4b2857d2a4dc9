import { bigint, boolean, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

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
