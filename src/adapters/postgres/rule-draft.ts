import { sql } from "drizzle-orm";
import type { DraftRecord, DraftStore } from "../../ports/workshop.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { ruleDraft } from "./schema/configuration.ts";
import { prepareChange } from "./staff-change.ts";

/** The one draft of the rules, edited by version. */
export function createDraftStore(database: Database): DraftStore {
  return {
    read: (budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const [row] = await session.select().from(ruleDraft).limit(1);
        if (row === undefined) return null;
        const { version, baseSeq, sources, isEdited, updatedBy, updatedAt } = row;
        return { version, baseSeq, text: sources, isEdited, updatedBy, updatedAtMs: updatedAt.getTime() };
      }),
    replacing: (next) => prepareChange(() => [next.version === 1 ? inserting(next) : updating(next)]),
  };
}

function inserting({ version, baseSeq, text, isEdited, updatedBy, updatedAtMs }: DraftRecord) {
  return sql`insert into rule_draft (version, base_seq, sources, is_edited, updated_by, updated_at)
    values (${version}, ${baseSeq}, ${text}, ${isEdited}, ${updatedBy}, ${toInstant(updatedAtMs)})
    on conflict (one) do nothing returning version`;
}

function updating({ version, baseSeq, text, isEdited, updatedBy, updatedAtMs }: DraftRecord) {
  return sql`update rule_draft set version = ${version}::integer, base_seq = ${baseSeq}::bigint, sources = ${text}, is_edited = ${isEdited}::boolean,
      updated_by = ${updatedBy}, updated_at = ${toInstant(updatedAtMs)}::timestamptz
    where version = ${version - 1}::integer returning version`;
}
