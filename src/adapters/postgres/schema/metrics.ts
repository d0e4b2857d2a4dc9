import { doublePrecision, pgTable, primaryKey, text } from "drizzle-orm/pg-core";

/** Counters of `/metrics` since the first one, by series: the label values stand in the order of the metric's family. */
export const metricCounters = pgTable(
  "metric_counters",
  {
    name: text().notNull(),
    labels: text().array().notNull(),
    value: doublePrecision().notNull(),
  },
  (t) => [primaryKey({ columns: [t.name, t.labels] })],
);
