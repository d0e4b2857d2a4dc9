import { desc, eq } from "drizzle-orm";
import type { Result } from "../../core/result.ts";
import type { LabelRecord } from "../../ports/records.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { labels } from "./schema/decisions.ts";

/** Adds a label to a decision's history; the same label again adds nothing. */
export function putLabel(database: Database, label: LabelRecord, budgetMs: number): Promise<Result<void, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const { decisionId, source, by } = label;
    const row = { decisionId, label: label.label, source, labelledBy: by, labelledAt: new Date(label.labelledAtMs) };
    await session.insert(labels).values(row).onConflictDoNothing();
  });
}

/** What is known of a decision now: the label given last, by its own time. */
export function latestLabel(database: Database, decisionId: string, budgetMs: number): Promise<Result<LabelRecord | null, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const found = await session
      .select()
      .from(labels)
      .where(eq(labels.decisionId, decisionId))
      .orderBy(desc(labels.labelledAt), desc(labels.id))
      .limit(1);
    const row = found[0];
    if (row === undefined) return null;
    return { decisionId, label: row.label, source: row.source, by: row.labelledBy, labelledAtMs: row.labelledAt.getTime() };
  });
}
