import { sql } from "drizzle-orm";
import type { Result } from "../../core/result.ts";
import { ask, type Database } from "./database.ts";
import { DECISION_FIELDS, type DecisionRow, type RecordedDecision, toDecision } from "./decision-rows.ts";
import type { PostgresFault } from "./fault.ts";

export interface DecisionName {
  /** A decision's id, or a transaction's. */
  readonly id: string;
  /** Of the transaction; null for the latest decided. */
  readonly stage: string | null;
  readonly livemode: boolean;
}

/** The decision of that name, or null. A decision's own id comes before a transaction that happens to be called the same. */
export function findDecision(
  database: Database,
  { id, stage, livemode }: DecisionName,
  budgetMs: number,
): Promise<Result<RecordedDecision | null, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const { rows } = await session.execute<DecisionRow>(sql`
      select ${DECISION_FIELDS}
      from (
        select decision_id, occurred_at from decision_ids
        where livemode = ${livemode} and (decision_id = ${id} or (transaction_id = ${id} and stage = coalesce(${stage}::text, stage)))
        order by (decision_id = ${id}) desc, decided_at desc, stage desc limit 1
      ) i join decisions d on d.decision_id = i.decision_id and d.occurred_at = i.occurred_at`);
    return rows[0] === undefined ? null : toDecision(rows[0]);
  });
}
