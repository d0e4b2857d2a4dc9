import { type SQL, sql } from "drizzle-orm";
import { IS_PAID } from "./compile-history.ts";
import { epochMs } from "./instants.ts";
import { request } from "./request-values.ts";
import { heavyClientDestinations } from "./schema/clients.ts";
import { events } from "./schema/events.ts";

/** Destinations listed for a client (D5). One more is read, to know whether there are more. */
export const LISTED_DESTINATIONS = 256;

const HISTORY = sql`count(*)::float8 as attempts, coalesce(sum(${events.amountMinor}) filter (where ${IS_PAID}), 0)::float8 as total_minor,
  ${epochMs(sql`max(${events.occurredAt})`)} as last_ms`;
const PAST_OF_CLIENT = sql`${events.clientId} = ${request.client} and ${events.livemode} = ${request.livemode} and ${events.type} = 'transaction'
  and ${events.occurredAt} <= ${request.asOf} and ${events.id} <> ${request.exceptId}`;

/** The client's newest destinations over all its history: from the events, or for a heavy client from the view. */
export const destinationList: SQL = sql`(
    select ${events.destId} as dest_id, ${HISTORY} from ${events}
    where ${PAST_OF_CLIENT} and ${events.destId} is not null and (select count(*) from heavy) = 0
    group by ${events.destId} order by last_ms desc, dest_id limit ${sql.raw(String(LISTED_DESTINATIONS + 1))}
  ) union all (
    select ${heavyClientDestinations.destId}, ${heavyClientDestinations.attempts}::float8, ${heavyClientDestinations.totalMinor}::float8,
      ${epochMs(sql`${heavyClientDestinations.lastAt}`)}
    from ${heavyClientDestinations}
    where ${heavyClientDestinations.clientId} = ${request.client} and ${heavyClientDestinations.livemode} = ${request.livemode} and (select count(*) from heavy) > 0
  )`;

/** The destination the request is about: exact, also when it is not among those listed. */
export const askedDestination: SQL = sql`select ${HISTORY} from ${events} where ${PAST_OF_CLIENT} and ${events.destId} = ${request.dest}`;
