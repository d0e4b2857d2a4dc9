import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, json, pgTable, text } from "drizzle-orm/pg-core";
import { VERSION_KINDS } from "../../../core/config/next-manifest.ts";
import { APPROVAL_STATES } from "../../../ports/workshop.ts";
import { instant } from "./columns.ts";

/** Every configuration that ever went live (D3). `content` is `json`, not `jsonb`: its text must hash to `hash`. */
export const manifests = pgTable("manifests", {
  seq: bigint({ mode: "number" }).primaryKey(),
  hash: text().notNull(),
  content: json().notNull(),
  author: text().notNull(),
  message: text().notNull(),
  /** The `seq` it followed. */
  parent: bigint({ mode: "number" }),
  kind: text({ enum: VERSION_KINDS }).notNull().default("publish"),
  /** Hash of the files it was made from; null for what was made before they were kept. */
  source: text(),
  createdAt: instant().notNull().defaultNow(),
});

/** Immutable texts by their SHA-256: rulesets, features, lists, sources. */
export const contents = pgTable("contents", {
  hash: text().primaryKey(),
  kind: text().notNull(),
  text: text().notNull(),
  createdAt: instant().notNull().defaultNow(),
});

/** The one draft of the rules; no row before the first version with sources. */
export const ruleDraft = pgTable(
  "rule_draft",
  {
    one: boolean().primaryKey().default(true),
    version: integer().notNull(),
    /** The `seq` it was made from. */
    baseSeq: bigint({ mode: "number" }).notNull(),
    sources: text().notNull(),
    isEdited: boolean().notNull(),
    updatedBy: text().notNull(),
    updatedAt: instant().notNull(),
  },
  (table) => [check("rule_draft_one", sql`${table.one}`)],
);

/** Rule sets that wait, or waited, for a second person. */
export const ruleApprovals = pgTable(
  "rule_approvals",
  {
    id: text().primaryKey(),
    state: text({ enum: APPROVAL_STATES }).notNull(),
    baseSeq: bigint({ mode: "number" }).notNull(),
    sources: text().notNull(),
    message: text().notNull(),
    authorId: text().notNull(),
    authorName: text().notNull(),
    createdAt: instant().notNull(),
    decidedById: text(),
    decidedByName: text(),
    decidedAt: instant(),
    note: text().notNull().default(""),
    seq: bigint({ mode: "number" }),
  },
  (table) => [index("rule_approvals_time").on(table.createdAt)],
);
