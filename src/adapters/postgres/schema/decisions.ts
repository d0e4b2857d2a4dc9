import {
  bigint,
  bigserial,
  boolean,
  date,
  doublePrecision,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Decisions with everything they read, partitioned like `events` on the event's time. Unique by `decision_ids`. */
export const decisions = pgTable(
  "decisions",
  {
    livemode: boolean().notNull(),
    decisionId: text().notNull(),
    transactionId: text().notNull(),
    stage: text().notNull(),
    occurredAt: instant().notNull(),
    decidedAt: instant().notNull(),
    outcome: text().notNull(),
    riskScore: doublePrecision().notNull(),
    riskLevel: text().notNull(),
    probability: doublePrecision().notNull(),
    isFraud: boolean().notNull(),
    model: text(),
    modelVersion: text(),
    versions: jsonb().notNull(),
    degraded: text().array().notNull(),
    outOfRange: text().array().notNull(),
    recovered: boolean().notNull(),
    bodyHash: text().notNull(),
    /** The whole answer and the facts it was made from. */
    answer: jsonb().notNull(),
    facts: jsonb().notNull(),
    /** What its rules asked to block, and what came of it; null for nothing. */
    automaticBlocks: jsonb(),
  },
  (t) => [
    primaryKey({ columns: [t.decisionId, t.occurredAt] }),
    index("decisions_decided").on(t.livemode, t.decidedAt.desc().nullsFirst()),
  ],
);

/** Makes (transaction, stage) unique across partitions and finds a decision's partition; written in the decision's statement. */
export const decisionIds = pgTable(
  "decision_ids",
  {
    livemode: boolean().notNull(),
    transactionId: text().notNull(),
    stage: text().notNull(),
    decisionId: text().notNull(),
    occurredAt: instant().notNull(),
    decidedAt: instant().notNull(),
    outcome: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.transactionId, t.livemode, t.stage] }), uniqueIndex("decision_ids_decision").on(t.decisionId)],
);

/** S3.4 in a few rows: counters by day of decision (UTC), raised in the statement that inserts the decision. */
export const dailyCounters = pgTable(
  "daily_counters",
  {
    livemode: boolean().notNull(),
    day: date({ mode: "string" }).notNull(),
    decisions: bigint({ mode: "number" }).notNull(),
    fraud: bigint({ mode: "number" }).notNull(),
    allowed: bigint({ mode: "number" }).notNull(),
    challenged: bigint({ mode: "number" }).notNull(),
    reviewed: bigint({ mode: "number" }).notNull(),
    blocked: bigint({ mode: "number" }).notNull(),
    lastDecidedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.livemode, t.day] })],
);

/** Ground truth (S1.16): every label ever given; the latest by `labelled_at`, then by `id`, wins. */
export const labels = pgTable(
  "labels",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    decisionId: text().notNull(),
    label: text({ enum: ["fraud", "legitimate", "chargeback"] }).notNull(),
    source: text().notNull(),
    labelledBy: text().notNull(),
    labelledAt: instant().notNull(),
  },
  (t) => [
    index("labels_decision").on(t.decisionId, t.labelledAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    // The same label posted again is the same label.
    uniqueIndex("labels_once").on(t.decisionId, t.labelledAt, t.label, t.source, t.labelledBy),
    index("labels_time").on(t.labelledAt),
  ],
);
