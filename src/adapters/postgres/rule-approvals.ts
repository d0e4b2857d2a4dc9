import { desc, eq, sql } from "drizzle-orm";
import type { ApprovalRecord, ApprovalStore } from "../../ports/workshop.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { ruleApprovals } from "./schema/configuration.ts";
import { prepareChange } from "./staff-change.ts";

const MOST_LISTED = 200;

/** Rule sets that wait, or waited, for a second person. */
export function createApprovalStore(database: Database): ApprovalStore {
  return {
    list: (state, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const which = state === null ? undefined : eq(ruleApprovals.state, state);
        const rows = await session
          .select()
          .from(ruleApprovals)
          .where(which)
          .orderBy(desc(ruleApprovals.createdAt), desc(ruleApprovals.id))
          .limit(MOST_LISTED);
        return rows.map((row) => {
          const { text: _, ...listed } = toRecord(row);
          return listed;
        });
      }),
    byId: (id, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const [row] = await session.select().from(ruleApprovals).where(eq(ruleApprovals.id, id)).limit(1);
        return row === undefined ? null : toRecord(row);
      }),
    requesting: ({ id, state, baseSeq, text, message, author, createdAtMs }) =>
      prepareChange(() => [
        sql`insert into rule_approvals (id, state, base_seq, sources, message, author_id, author_name, created_at)
          values (${id}, ${state}, ${baseSeq}, ${text}, ${message}, ${author.id}, ${author.name}, ${toInstant(createdAtMs)}) returning id`,
      ]),
    rejecting: (id, by, note, atMs) =>
      prepareChange(() => [
        sql`update rule_approvals set state = 'rejected', decided_by_id = ${by.id}, decided_by_name = ${by.name},
            decided_at = ${toInstant(atMs)}::timestamptz, note = ${note}
          where id = ${id} and state = 'pending' returning id`,
      ]),
  };
}

function toRecord(row: typeof ruleApprovals.$inferSelect): ApprovalRecord {
  const { id, state, baseSeq, sources, message, authorId, authorName, createdAt, decidedById, decidedByName, decidedAt, note, seq } = row;
  return {
    ...{ id, state, baseSeq, text: sources, message, author: { id: authorId, name: authorName }, createdAtMs: createdAt.getTime() },
    decidedBy: decidedById === null ? null : { id: decidedById, name: decidedByName ?? decidedById },
    ...{ decidedAtMs: decidedAt?.getTime() ?? null, note, seq },
  };
}
