import { sql } from "drizzle-orm";
import type { Result } from "../../core/result.ts";
import type { RecordEntry } from "../../ports/records.ts";
import { ask, type Database } from "./database.ts";
import { DECISION_FIELDS, type DecisionRow, toDecision } from "./decision-rows.ts";
import { EVENT_FIELDS, type EventRow, toEvent } from "./event-rows.ts";
import type { PostgresFault } from "./fault.ts";
import { epochMs } from "./instants.ts";
import { toStorableJson } from "./storable-json.ts";

type UnappendedRow = EventRow & DecisionRow & { readonly received_ms: number; readonly event_hash: string };

/** The events Redis never confirmed, oldest first, with the decision of the call that brought them. */
export function listUnappended(
  database: Database,
  limit: number,
  budgetMs: number,
): Promise<Result<readonly RecordEntry[], PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const { rows } = await session.execute<UnappendedRow>(sql`
      select ${EVENT_FIELDS}, ${epochMs(sql`events.received_at`)} as received_ms, events.body_hash as event_hash, ${DECISION_FIELDS}
      from events
      left join decision_ids i on i.transaction_id = events.id and i.livemode = events.livemode and i.stage = events.stage
      left join decisions d on d.decision_id = i.decision_id and d.occurred_at = i.occurred_at
      where events.velocity_pending order by events.received_at limit ${limit}`);
    return rows.map((row) => ({
      event: toEvent(row),
      bodyHash: row.event_hash,
      receivedAtMs: row.received_ms,
      livemode: row.livemode,
      decision: row.answer === null ? null : decisionOf(row),
      velocityPending: true,
    }));
  });
}

/** Takes events out of `listUnappended` once the windows have them. */
export function markAppended(
  database: Database,
  events: readonly { readonly id: string; readonly livemode: boolean }[],
  budgetMs: number,
): Promise<Result<void, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const named = toStorableJson(events.map(({ id, livemode }) => ({ id, livemode })));
    await session.execute(sql`
      update events e set velocity_pending = false
      from jsonb_to_recordset(${named}::jsonb) as t(livemode boolean, id text) join event_ids i on i.id = t.id and i.livemode = t.livemode
      where e.id = i.id and e.livemode = i.livemode and e.occurred_at = i.occurred_at and e.velocity_pending`);
  });
}

function decisionOf(row: UnappendedRow): RecordEntry["decision"] {
  const { bodyHash: _, ...decision } = toDecision(row);
  return decision;
}
