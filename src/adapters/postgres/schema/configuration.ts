import { bigint, json, pgTable, text } from "drizzle-orm/pg-core";
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
  createdAt: instant().notNull().defaultNow(),
});

/** Immutable texts by their SHA-256: rulesets, features, lists. */
export const contents = pgTable("contents", {
  hash: text().primaryKey(),
  kind: text().notNull(),
  text: text().notNull(),
  createdAt: instant().notNull().defaultNow(),
});
