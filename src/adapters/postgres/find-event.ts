import { sql } from "drizzle-orm";
import type { CanonicalEvent } from "../../core/event/event.ts";
import type { Result } from "../../core/result.ts";
import { ask, type Database } from "./database.ts";
import { EVENT_FIELDS, type EventRow, toEvent } from "./event-rows.ts";
import type { PostgresFault } from "./fault.ts";

/** The event with this id, its status as it is now; null when none was recorded. */
export function findEvent(
  database: Database,
  id: string,
  livemode: boolean,
  budgetMs: number,
): Promise<Result<CanonicalEvent | null, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    // The side table knows the month, so one partition is read.
    const { rows } = await session.execute<EventRow>(sql`
      select ${EVENT_FIELDS} from event_ids i join events on events.id = i.id and events.livemode = i.livemode and events.occurred_at = i.occurred_at
      where i.id = ${id} and i.livemode = ${livemode}`);
    return rows[0] === undefined ? null : toEvent(rows[0]);
  });
}
