import { timestamp } from "drizzle-orm/pg-core";

/** Every time in the schema: with zone, in milliseconds, as the canonical event has it. */
export const instant = () => timestamp({ withTimezone: true, precision: 3, mode: "date" });
