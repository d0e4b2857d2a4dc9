import { bigint, boolean, index, integer, json, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Runs of a configuration over decisions of the past: what is asked, how far it is, what came out. */
export const backtests = pgTable(
  "backtests",
  {
    id: text().primaryKey(),
    livemode: boolean().notNull(),
    status: text({ enum: ["queued", "running", "done", "failed", "cancelled"] }).notNull(),
    version: integer().notNull().default(1),
    fromAt: instant().notNull(),
    toAt: instant().notNull(),
    maxDecisions: bigint({ mode: "number" }).notNull(),
    message: text().notNull(),
    author: text().notNull(),
    /** What is tried, in its published form. */
    ruleset: text().notNull(),
    features: text().notNull(),
    createdAt: instant().notNull(),
    startedAt: instant(),
    finishedAt: instant(),
    touchedAt: instant().notNull(),
    done: bigint({ mode: "number" }).notNull().default(0),
    /** About how many decisions there are. */
    total: bigint({ mode: "number" }).notNull(),
    /** Claims since the last page that was kept. */
    attempts: integer().notNull().default(0),
    /** What was counted, up to and with the decision of the cursor. */
    tally: json(),
    cursorAt: instant(),
    cursorId: text(),
    result: json(),
    error: text(),
  },
  (t) => [index("backtests_created").on(t.livemode, t.createdAt.desc().nullsFirst()), index("backtests_touched").on(t.status, t.touchedAt)],
);
