import { type SQL, sql } from "drizzle-orm";
import type { Endpoint } from "../../../core/webhooks/endpoint.ts";
import type { Message } from "../../../core/webhooks/message.ts";
import { eventRank } from "../../../core/webhooks/severity.ts";
import type { StaffChange } from "../../../ports/staff-writes.ts";
import { toInstant } from "../instants.ts";
import { prepareChange } from "../staff-change.ts";
import { toStorableJson } from "../storable-json.ts";
import { WANTS } from "./event-statements.ts";

type Named = Pick<Endpoint, "id" | "version">;

/** Adds a message and its delivery to one endpoint. */
export function addingOne({ id, version }: Named, delivery: string, message: Message): StaffChange {
  const { message: name, id: event, type, livemode, atMs, data } = message;
  return prepareChange((_, own) => [
    sql`insert into webhook_events (message, livemode, id, type, occurred_at, severity, data)
      select ${name}, ${livemode}::boolean, ${event}, ${type}, ${toInstant(atMs)}::timestamptz, ${eventRank(data)}::smallint, ${toStorableJson(data)}::json
      from webhook_endpoints e where e.id = ${id} and e.version = ${version}::integer and e.is_active returning message, occurred_at`,
    sql`insert into webhook_deliveries (id, message, endpoint_id, created_at, due_at)
      select ${delivery}, message, ${id}, occurred_at, occurred_at from ${own(0)}`,
  ]);
}

/** Begins another round of one delivery; its log goes on. */
export function replaying(endpoint: Named, id: string, nowMs: number): StaffChange {
  return prepareChange((when) => [
    holding(endpoint),
    sql`${restarting(nowMs)} where d.id = ${id} and d.endpoint_id = ${endpoint.id} and ${when}`,
  ]);
}

/** Begins another round of all deliveries of a time that are over, and makes those that are missing. */
export function replayingRange(endpoint: Named, fromMs: number, toMs: number, nowMs: number): StaffChange {
  const inRange = (event: SQL): SQL =>
    sql`${event}.occurred_at >= ${toInstant(fromMs)}::timestamptz and ${event}.occurred_at < ${toInstant(toMs)}::timestamptz`;
  const now = sql`${toInstant(nowMs)}::timestamptz`;
  return prepareChange((when) => [
    holding(endpoint),
    sql`${restarting(nowMs)} from webhook_events v where v.message = d.message and d.endpoint_id = ${endpoint.id} and d.status <> 'pending'
      and v.type <> 'ping' and ${inRange(sql`v`)} and ${when}`,
    sql`insert into webhook_deliveries (message, endpoint_id, created_at, due_at)
      select g.message, e.id, g.occurred_at, ${now} from webhook_events g join webhook_endpoints e on ${WANTS}
      where e.id = ${endpoint.id} and ${inRange(sql`g`)} and ${when} on conflict (message, endpoint_id) do nothing`,
  ]);
}

/** Decides: the endpoint is still the one that staff saw. */
const holding = ({ id, version }: Named): SQL =>
  sql`update webhook_endpoints set version = version where id = ${id} and version = ${version}::integer and is_active returning id`;

// What is being sent at the moment loses its lease: it is sent once more.
const restarting = (nowMs: number): SQL =>
  sql`update webhook_deliveries d set status = 'pending', step = 0, due_at = ${toInstant(nowMs)}::timestamptz, round_started_at = null,
    lease = null, leased_until = null, finished_at = null`;
