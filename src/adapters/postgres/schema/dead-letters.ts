import { bigserial, index, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Messages that could not be processed, as text, for a person to look at. */
export const deadLetters = pgTable(
  "dead_letters",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    text: text().notNull(),
    reason: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [index("dead_letters_created").on(t.createdAt)],
);
