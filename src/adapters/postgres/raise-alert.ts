import { type SQL, sql } from "drizzle-orm";
import type { NewAlert } from "../../core/alerts/alert.ts";
import { alertEvent } from "../../core/alerts/alert-event.ts";
import { severityRank } from "../../core/webhooks/severity.ts";
import { toInstant } from "./instants.ts";
import { toStorableJson } from "./storable-json.ts";
import { addingDeliveries, addingEvents } from "./webhooks/event-statements.ts";

/**
 * Statements that raise an alert, or count it where one of its cause is unresolved. Only one that is new is told to subscribers.
 * @param own names the rows that an earlier one of these statements gives
 */
export function raisingAlert(alert: NewAlert, when: SQL, own: (index: number) => SQL): readonly [SQL, SQL, SQL] {
  const { world, kind, severity, dedupKey, title, details, atMs } = alert;
  const at = sql`${toInstant(atMs)}::timestamptz`;
  const raised = sql`
    insert into alerts (livemode, kind, severity, dedup_key, title, details, first_seen_at, last_seen_at)
    select ${world === "live"}::boolean, ${kind}, ${severity}, ${dedupKey}, ${title}, ${toStorableJson(details)}::jsonb, ${at}, ${at}
    where ${when}
    on conflict (livemode, dedup_key) where status <> 'resolved' do update set severity = excluded.severity, title = excluded.title,
      details = excluded.details, last_seen_at = greatest(alerts.last_seen_at, excluded.last_seen_at), times_seen = alerts.times_seen + 1
    returning id, livemode, times_seen`;
  const { type, data } = alertEvent(alert);
  // The id is the database's to give: it goes in front of what else is told.
  const told = sql`select r.livemode, ${`${type}:`}::text || r.id as id, ${type}::text as type, ${at} as occurred_at,
    ${severityRank(severity)}::smallint as severity, ('{"id":' || r.id || ',' || substr(${toStorableJson(data)}::text, 2))::json as data
    from ${own(0)} as r where r.times_seen = 1`;
  return [raised, addingEvents(told, sql`true`), addingDeliveries(own(1))];
}
