import { sql } from "drizzle-orm";
import type { CanonicalEvent } from "../../core/event/event.ts";
import type { Result } from "../../core/result.ts";
import { ask, type Database } from "./database.ts";
import { EVENT_FIELDS, type EventRow, toEvent } from "./event-rows.ts";
import type { PostgresFault } from "./fault.ts";

/** The events with these ids, their status as it is now; an id that was not recorded is left out. */
export function findEvents(
  database: Database,
  ids: readonly string[],
  livemode: boolean,
  budgetMs: number,
): Promise<Result<ReadonlyMap<string, CanonicalEvent>, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    if (ids.length === 0) return new Map();
    // The side table knows the month, so partitions of other months are not read.
    const { rows } = await session.execute<EventRow>(sql`
      select ${EVENT_FIELDS} from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) as wanted(id)
      join event_ids i on i.id = wanted.id and i.livemode = ${livemode}
      join events on events.id = i.id and events.livemode = i.livemode and events.occurred_at = i.occurred_at`);
    return new Map(rows.map((row) => [row.id, toEvent(row)]));
  });
}
