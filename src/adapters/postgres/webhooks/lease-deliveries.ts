import { sql } from "drizzle-orm";
import type { Endpoint } from "../../../core/webhooks/endpoint.ts";
import type { MessageType } from "../../../core/webhooks/message.ts";
import type { WebhookEvent } from "../../../core/webhooks/webhook-event.ts";
import type { LeasedDelivery } from "../../../ports/webhooks.ts";
import type { Session } from "../database.ts";
import { epochMs, toInstant } from "../instants.ts";
import { webhookEndpoints } from "../schema/webhooks.ts";
import { toEndpoint } from "./endpoint-rows.ts";

/** Deliveries of one endpoint that are out at a time, over all consumers. */
const MOST_OUT = 20;

/** Active endpoints with something to send, those that wait longest first. */
export async function dueEndpoints(session: Session, nowMs: number, limit: number): Promise<readonly Endpoint[]> {
  const now = sql`${toInstant(nowMs)}::timestamptz`;
  const first = sql`(select min(d.due_at) from webhook_deliveries d where d.endpoint_id = ${webhookEndpoints.id} and d.status = 'pending'
    and d.due_at <= ${now} and (d.leased_until is null or d.leased_until <= ${now}))`;
  const rows = await session
    .select()
    .from(webhookEndpoints)
    .where(sql`${webhookEndpoints.isActive} and ${first} is not null`)
    .orderBy(first)
    .limit(limit);
  return rows.flatMap(toEndpoint);
}

type Row = {
  readonly id: string;
  readonly step: number;
  readonly round_ms: number;
  readonly message: string;
  readonly event_id: string;
  readonly type: MessageType;
  readonly livemode: boolean;
  readonly at_ms: number;
  readonly data: WebhookEvent["data"];
};

/** Takes what is due for an active endpoint; rows that another consumer is taking are passed over. */
export async function leaseDeliveries(
  session: Session,
  endpointId: string,
  lease: string,
  { nowMs, untilMs }: { readonly nowMs: number; readonly untilMs: number },
): Promise<readonly LeasedDelivery[]> {
  const now = sql`${toInstant(nowMs)}::timestamptz`;
  const { rows } = await session.execute<Row>(sql`
    with picked as (
      select d.id from webhook_endpoints e cross join lateral (
        select p.id from webhook_deliveries p
        where p.endpoint_id = e.id and p.status = 'pending' and p.due_at <= ${now} and (p.leased_until is null or p.leased_until <= ${now})
        order by p.due_at, p.id
        limit greatest(0, case when e.failing_since is null then ${MOST_OUT}::integer else 1 end - (
          select count(*) from webhook_deliveries o where o.endpoint_id = e.id and o.status = 'pending' and o.leased_until > ${now}))
        for update skip locked) d
      where e.id = ${endpointId} and e.is_active),
    leased as (
      update webhook_deliveries d set lease = ${lease}, leased_until = ${toInstant(untilMs)}::timestamptz,
        round_started_at = coalesce(d.round_started_at, ${now})
      from picked where d.id = picked.id returning d.id, d.step, d.message, d.due_at, d.round_started_at)
    select l.id, l.step::integer, ${epochMs(sql`l.round_started_at`)} as round_ms, l.message, v.id as event_id, v.type, v.livemode, ${epochMs(sql`v.occurred_at`)} as at_ms, v.data
    from leased l join webhook_events v using (message) order by l.due_at, l.id`);
  return rows.map(({ id, step, round_ms, message, event_id, type, livemode, at_ms, data }) => ({
    ...{ id, step, roundStartedMs: round_ms },
    message: { message, id: event_id, type, livemode, atMs: at_ms, data },
  }));
}
