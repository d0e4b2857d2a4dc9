import { sql } from "drizzle-orm";
import { bigint, bigserial, boolean, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { ALERT_SEVERITIES, ALERT_STATUSES } from "../../../core/alerts/alert.ts";
import { instant } from "./columns.ts";

/** What people should look at. Of one cause (`dedup_key`) at most one alert is unresolved; seen again, it is counted. */
export const alerts = pgTable(
  "alerts",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    livemode: boolean().notNull(),
    kind: text().notNull(),
    severity: text({ enum: ALERT_SEVERITIES }).notNull(),
    dedupKey: text().notNull(),
    title: text().notNull(),
    details: jsonb().notNull(),
    status: text({ enum: ALERT_STATUSES }).notNull().default("open"),
    snoozedUntil: instant(),
    firstSeenAt: instant().notNull(),
    lastSeenAt: instant().notNull(),
    timesSeen: bigint({ mode: "number" }).notNull().default(1),
    /** Who last acknowledged, snoozed or resolved it. */
    handledBy: text(),
    handledAt: instant(),
    note: text(),
    /** Raised by staff actions alone, so that a cause seen again gets in nobody's way. */
    version: integer().notNull().default(1),
  },
  (t) => [
    uniqueIndex("alerts_unresolved").on(t.livemode, t.dedupKey).where(sql`${t.status} <> 'resolved'`),
    index("alerts_last_seen").on(t.lastSeenAt),
  ],
);
