import { type SQL, sql } from "drizzle-orm";
import type { Disabling, SettledDelivery } from "../../../ports/webhooks.ts";
import type { Session } from "../database.ts";
import { toInstant } from "../instants.ts";
import { raisingAlert } from "../raise-alert.ts";
import { toStorableJson } from "../storable-json.ts";
import { instantOf } from "./endpoint-rows.ts";

/** Logs attempts, says how their deliveries and the endpoint stand, gives back the rest of the lease and raises the alert, all or nothing. */
export async function settleDeliveries(
  session: Session,
  { endpointId, lease, nowMs }: { readonly endpointId: string; readonly lease: string; readonly nowMs: number },
  settled: readonly SettledDelivery[],
  disabling: Disabling | null,
): Promise<void> {
  const now = sql`${toInstant(nowMs)}::timestamptz`;
  const rows = settled.map(({ id, status, dueAtMs, attempt }) => ({
    ...{ id, status, due_at: dueAtMs === null ? null : toInstant(dueAtMs) },
    ...{ started_at: toInstant(attempt.startedAtMs), duration_ms: Math.round(attempt.durationMs), outcome: attempt.outcome },
    ...{ response_status: attempt.responseStatus, response_body: attempt.responseBody },
  }));
  const since = disabling?.unlessSuccessSinceMs ?? null;
  // A success since then may be in this very batch.
  const isDisabled =
    disabling === null
      ? sql`false`
      : sql`(${since === null}::boolean or (not sums.reached and coalesce(e.last_success_at < ${instantOf(since)}, true)))`;
  const alert = disabling === null ? [] : raisingAlert(disabling.alert, sql`exists (select from disabled)`, nameOf);
  const alerts = alert.map((statement, index) => sql`, ${nameOf(index)} as (${statement})`);
  await session.execute(sql`
    with given as (select * from json_to_recordset(${toStorableJson(rows)}::json) as r(id text, status text, due_at timestamptz, started_at timestamptz,
        duration_ms integer, outcome text, response_status integer, response_body text)),
    settled as (
      update webhook_deliveries d set status = g.status, due_at = coalesce(g.due_at, d.due_at), step = d.step + 1, attempts = d.attempts + 1,
        lease = null, leased_until = null, finished_at = case when g.status <> 'pending' then ${now} end
      from given g where d.id = g.id and d.lease = ${lease} returning d.id, d.attempts),
    released as (
      update webhook_deliveries d set lease = null, leased_until = null
      where d.endpoint_id = ${endpointId} and d.status = 'pending' and d.lease = ${lease} and d.id not in (select id from given)),
    logged as (
      insert into webhook_attempts (delivery_id, number, started_at, duration_ms, outcome, response_status, response_body)
      select s.id, s.attempts, g.started_at, g.duration_ms, g.outcome, g.response_status, g.response_body from settled s join given g using (id)
      returning outcome),
    sums as (select count(*) > 0 as any_made, coalesce(bool_or(outcome = 'delivered'), false) as reached from logged),
    disabled as (
      select e.id from webhook_endpoints e, sums where e.id = ${endpointId} and e.is_active and sums.any_made and ${isDisabled}),
    told as (
      update webhook_endpoints e set last_success_at = case when sums.reached then ${now} else e.last_success_at end,
        failing_since = case when sums.reached then null else coalesce(e.failing_since, ${now}) end,
        is_active = e.is_active and not exists (select from disabled),
        disabled_for = case when exists (select from disabled) then ${disabling?.reason ?? null}::text else e.disabled_for end,
        disabled_at = case when exists (select from disabled) then ${now} else e.disabled_at end,
        version = e.version + (select count(*) from disabled)::integer
      from sums where e.id = ${endpointId} and sums.any_made)
    ${sql.join(alerts, sql``)}
    select 1`);
}

const nameOf = (index: number): SQL => sql`${sql.identifier(`alert_${index}`)}`;
