import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** The audit log, appended by `append_audit` alone. `hash` covers `previous` and every other column, so a changed row is found. */
export const auditLog = pgTable(
  "audit_log",
  {
    seq: bigint({ mode: "number" }).primaryKey(),
    /** Made where it happened; a redelivered entry is appended once. */
    id: text().notNull(),
    occurredAt: instant().notNull(),
    world: text({ enum: ["live", "test"] }).notNull(),
    actor: text().notNull(),
    role: text(),
    action: text().notNull(),
    /** `kind:id`; a personal id as `kind:#digest`. */
    target: text().notNull(),
    success: boolean().notNull(),
    requestId: text().notNull(),
    /** JSON text, not `jsonb`: its bytes are hashed. */
    details: text().notNull(),
    /** JSON text: what is personal, encrypted per person. */
    sealed: text().notNull(),
    previous: text().notNull(),
    hash: text().notNull(),
  },
  (t) => [
    uniqueIndex("audit_log_id").on(t.id),
    index("audit_log_time").on(t.occurredAt),
    index("audit_log_actor").on(t.actor, t.seq),
    index("audit_log_action").on(t.action, t.seq),
    index("audit_log_target").on(t.target, t.seq),
  ],
);

/** The chain's end, one row: whoever appends locks it. */
export const auditHead = pgTable(
  "audit_head",
  { one: boolean().primaryKey().default(true), seq: bigint({ mode: "number" }).notNull(), hash: text().notNull() },
  (t) => [check("audit_head_one", sql`${t.one}`)],
);

/** Data keys of persons, wrapped by a master key outside the database. Deleting a person's keys erases what they sealed. */
export const auditKeys = pgTable(
  "audit_keys",
  {
    id: text().primaryKey(),
    /** Keyed digest of the person. */
    subject: text().notNull(),
    wrapped: text().notNull(),
    master: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [index("audit_keys_subject").on(t.subject)],
);
