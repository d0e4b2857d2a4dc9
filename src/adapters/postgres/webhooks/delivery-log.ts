import { type SQL, sql } from "drizzle-orm";
import type { MessageType } from "../../../core/webhooks/message.ts";
import type { Delivery, DeliveryQuery, DeliveryStatus, LoggedAttempt } from "../../../ports/webhooks.ts";
import type { Session } from "../database.ts";
import { epochMs, toInstant } from "../instants.ts";

/** One page of deliveries, the newest first, each with its attempts. */
export function findDeliveries(session: Session, query: DeliveryQuery): Promise<readonly Delivery[]> {
  const { endpointId, status, type, eventId, fromMs, toMs, beforeId, limit } = query;
  const conditions = [
    sql`d.endpoint_id = ${endpointId}`,
    status === null ? null : sql`d.status = ${status}`,
    type === null ? null : sql`v.type = ${type}`,
    eventId === null ? null : sql`v.id = ${eventId}`,
    fromMs === null ? null : sql`v.occurred_at >= ${toInstant(fromMs)}::timestamptz`,
    toMs === null ? null : sql`v.occurred_at < ${toInstant(toMs)}::timestamptz`,
    beforeId === null
      ? null
      : sql`(d.created_at, d.id) < (select b.created_at, b.id from webhook_deliveries b where b.id = ${beforeId} and b.endpoint_id = ${endpointId})`,
  ];
  return read(
    session,
    sql.join(
      conditions.filter((condition) => condition !== null),
      sql` and `,
    ),
    limit,
  );
}

export async function deliveryById(session: Session, endpointId: string, id: string): Promise<Delivery | null> {
  return (await read(session, sql`d.id = ${id} and d.endpoint_id = ${endpointId}`, 1))[0] ?? null;
}

type Row = {
  readonly id: string;
  readonly message: string;
  readonly event_id: string;
  readonly type: MessageType;
  readonly at_ms: number;
  readonly status: DeliveryStatus;
  readonly due_ms: number;
  readonly log: readonly LoggedAttempt[];
};

async function read(session: Session, where: SQL, limit: number): Promise<readonly Delivery[]> {
  const { rows } = await session.execute<Row>(sql`
    select d.id, d.message, v.id as event_id, v.type, ${epochMs(sql`v.occurred_at`)} as at_ms, d.status, ${epochMs(sql`d.due_at`)} as due_ms,
      coalesce((select json_agg(json_build_object('number', a.number, 'startedAtMs', ${epochMs(sql`a.started_at`)}, 'durationMs', a.duration_ms,
          'outcome', a.outcome, 'responseStatus', a.response_status, 'responseBody', a.response_body) order by a.number)
        from webhook_attempts a where a.delivery_id = d.id), '[]'::json) as log
    from webhook_deliveries d join webhook_events v using (message)
    where ${where} order by d.created_at desc, d.id desc limit ${limit}::integer`);
  return rows.map(({ id, message, event_id, type, at_ms, status, due_ms, log }) => ({
    ...{ id, message, eventId: event_id, type, atMs: at_ms, status, attempts: log },
    dueAtMs: status === "pending" ? due_ms : null,
  }));
}
