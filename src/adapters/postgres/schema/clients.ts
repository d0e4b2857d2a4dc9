import { bigint, boolean, doublePrecision, integer, jsonb, pgMaterializedView, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** S1.0's behavioural patterns of logins; intervals in hours, formulas in core/behaviour. Null is undefined, not zero. */
export const behavioralPatterns = pgTable(
  "behavioral_patterns",
  {
    livemode: boolean().notNull(),
    clientId: text().notNull(),
    avgLoginInterval: doublePrecision(),
    stdLoginInterval: doublePrecision(),
    varLoginInterval: doublePrecision(),
    coefVariationLoginInterval: doublePrecision(),
    fanoFactorLoginInterval: doublePrecision(),
    zscoreAvgLoginInterval7d: doublePrecision("zscore_avg_login_interval_7d"),
    isOutlierFlag: boolean().notNull(),
    loginFrequency7d: integer("login_frequency_7d").notNull(),
    loginFrequency30d: integer("login_frequency_30d").notNull(),
    lastUpdated: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.clientId, t.livemode] })],
);

/** What ProfileLookup reads (S2.2): JSON scalars by name. */
export const userProfiles = pgTable(
  "user_profiles",
  {
    livemode: boolean().notNull(),
    clientId: text().notNull(),
    attributes: jsonb().$type<Record<string, string | number | boolean>>().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.clientId, t.livemode] })],
);

/** When the materialised views were refreshed and which zone their night is in. One row. */
export const viewRefreshes = pgTable("view_refreshes", {
  view: text().primaryKey(),
  refreshedAt: instant().notNull(),
  timeZone: text().notNull(),
});

/** S1.10: transactions of the last 30 days per client, as of `view_refreshes`. Amounts and the night share leave out blocked and declined attempts, the count does not. */
export const clientStatistics30d = pgMaterializedView("client_statistics_30d", {
  livemode: boolean().notNull(),
  clientId: text().notNull(),
  transactionCount: bigint({ mode: "number" }).notNull(),
  amountSum: doublePrecision().notNull(),
  amountMean: doublePrecision(),
  amountStd: doublePrecision(),
  amountMedian: doublePrecision(),
  amountP95: doublePrecision("amount_p95"),
  amountMin: bigint({ mode: "number" }),
  amountMax: bigint({ mode: "number" }),
  nightShare: doublePrecision(),
  /** So many transactions that a decision reads this row instead of the events. */
  isHeavy: boolean().notNull(),
}).existing();

/** The newest 257 destinations of each heavy client, over all its history. */
export const heavyClientDestinations = pgMaterializedView("heavy_client_destinations", {
  livemode: boolean().notNull(),
  clientId: text().notNull(),
  destId: text().notNull(),
  attempts: bigint({ mode: "number" }).notNull(),
  totalMinor: bigint({ mode: "number" }).notNull(),
  lastAt: instant().notNull(),
}).existing();
