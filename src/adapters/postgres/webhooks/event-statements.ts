import { type SQL, sql } from "drizzle-orm";

/** Whether an endpoint `e` is told of an event `g`, which has livemode, type and severity. */
export const WANTS = sql`e.livemode = g.livemode and e.is_active and g.type = any(e.types) and e.min_severity <= g.severity`;

/**
 * Adds those of the events that somebody wants and that are not known yet, and gives their rows.
 * @param events rows of livemode, id, type, occurred_at, severity and data
 */
export function addingEvents(events: SQL, when: SQL): SQL {
  return sql`insert into webhook_events (livemode, id, type, occurred_at, severity, data)
    select g.livemode, g.id, g.type, g.occurred_at, g.severity, g.data from (${events}) as g
    where ${when} and exists (select from webhook_endpoints e where ${WANTS})
    on conflict (livemode, id) do nothing returning message, livemode, type, occurred_at, severity`;
}

/** Adds a delivery of each event that `addingEvents` gave for each endpoint that wants it. */
export function addingDeliveries(added: SQL): SQL {
  return sql`insert into webhook_deliveries (message, endpoint_id, created_at, due_at)
    select g.message, e.id, g.occurred_at, least(g.occurred_at, now()) from ${added} as g join webhook_endpoints e on ${WANTS}
    on conflict (message, endpoint_id) do nothing`;
}
