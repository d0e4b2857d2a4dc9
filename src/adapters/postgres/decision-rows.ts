import { sql } from "drizzle-orm";
import { StoredDecision } from "../../core/decision/answer.ts";
import { epochMs } from "./instants.ts";

/** A decision as Postgres keeps it, with what tells a true repeat from another body under the same id. */
export interface RecordedDecision extends StoredDecision {
  readonly bodyHash: string;
}
export interface DecisionRow {
  readonly [column: string]: unknown;
  readonly answer: unknown;
  readonly facts: unknown;
  readonly out_of_range: string[];
  readonly decided_ms: number;
  readonly recovered: boolean;
  readonly body_hash: string;
  readonly automatic_blocks: unknown;
}

/** What a select from `decisions d` lists so that `toDecision` can read it. */
export const DECISION_FIELDS = sql`d.answer, d.facts, d.out_of_range, ${epochMs(sql`d.decided_at`)} as decided_ms, d.recovered, d.body_hash, d.automatic_blocks`;

/** Parsing also puts the answer's fields back in their order, which `jsonb` does not keep. Throws on a row no release has written. */
export function toDecision(row: DecisionRow): RecordedDecision {
  const decision = StoredDecision.parse({
    answer: row.answer,
    facts: row.facts,
    outOfRange: row.out_of_range,
    decidedAtMs: row.decided_ms,
    recovered: row.recovered,
    ...(row.automatic_blocks === null ? {} : { automaticBlocks: row.automatic_blocks }),
  });
  return { ...decision, bodyHash: row.body_hash };
}
