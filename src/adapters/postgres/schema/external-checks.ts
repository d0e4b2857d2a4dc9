import { bigint, boolean, doublePrecision, integer, json, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** External services. `settings` hold no secrets; `json` and not `jsonb`, because the order in which staff wrote them is shown and compared. */
export const externalChecks = pgTable("external_checks", {
  name: text().primaryKey(),
  description: text().notNull(),
  isActive: boolean().notNull(),
  settings: json().$type<unknown>().notNull(),
  createdAt: instant().notNull(),
  createdBy: text().notNull(),
  updatedAt: instant().notNull(),
  updatedBy: text().notNull(),
  version: integer().notNull().default(1),
});

/** How services did, by hour: kept for 30 days. */
export const externalCheckCounters = pgTable(
  "external_check_counters",
  {
    service: text().notNull(),
    hour: instant().notNull(),
    outcome: text().notNull(),
    calls: bigint({ mode: "number" }).notNull(),
    totalMs: doublePrecision().notNull(),
  },
  (t) => [primaryKey({ columns: [t.service, t.hour, t.outcome] })],
);
