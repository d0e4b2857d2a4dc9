import { bigint, boolean, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

const count = () => bigint({ mode: "number" }).notNull();

/** Decisions of a version by hour of decision and kind of event: how often a rule was evaluated follows from the kinds it applies to. */
export const versionCounters = pgTable(
  "version_counters",
  {
    livemode: boolean().notNull(),
    hour: instant().notNull(),
    seq: count(),
    /** The version's ruleset by hash. */
    ruleset: text().notNull(),
    /** The event's type, and its transaction type where it has one. */
    type: text().notNull(),
    kind: text().notNull(),
    decisions: count(),
    blocked: count(),
    /** Would have been blocked, and the guard held them back. */
    heldBack: count(),
  },
  (t) => [primaryKey({ columns: [t.livemode, t.hour, t.seq, t.ruleset, t.type, t.kind] })],
);

/** What a rule did in the decisions of a version, by hour of decision. */
export const ruleCounters = pgTable(
  "rule_counters",
  {
    livemode: boolean().notNull(),
    hour: instant().notNull(),
    seq: count(),
    rule: text().notNull(),
    /** Fired and counted. */
    acted: count(),
    /** Fired and was only recorded. */
    shadowed: count(),
    unknown: count(),
    /** Unknown because a source had failed; part of `unknown`. */
    errors: count(),
    /** Decisions that rules and score blocked and in which it acted, and the sum of their amounts. */
    blocked: count(),
    stoppedMinor: count(),
  },
  (t) => [primaryKey({ columns: [t.livemode, t.hour, t.seq, t.rule] })],
);

/** Decisions of a version by ten seconds of decision, kept for an hour: what the guard adds up. */
export const blockRateSlots = pgTable(
  "block_rate_slots",
  {
    livemode: boolean().notNull(),
    seq: count(),
    slot: instant().notNull(),
    decisions: count(),
    /** Blocked by rules or score, or held back by the guard. */
    blocked: count(),
  },
  (t) => [primaryKey({ columns: [t.livemode, t.seq, t.slot] }), index("block_rate_slots_slot").on(t.slot)],
);
