import { type SQL, sql } from "drizzle-orm";

const settledStatus = sql.raw(`coalesce(s.paid, case
    when s.outcome = 'block' then 'blocked'
    when s.outcome is not null and e.status = 'blocked' then 'attempted'
    else e.status end)`);

/**
 * Sets `status` and `request_id` of transactions from what is recorded about them, so the order of arrival does not matter:
 * the latest payment's status, else `blocked` if the latest decision blocked, else what the event said (a block that a later stage lifted is `attempted`).
 * @param transactions JSON `[{ livemode, id }]`
 */
export const settleStatus = (transactions: string): SQL => sql`
  update events e
  set status = ${settledStatus},
    request_id = coalesce(s.decision_id, e.request_id)
  from (
    select i.livemode, i.id, i.occurred_at, p.status as paid, d.outcome, d.decision_id
    from jsonb_to_recordset(${transactions}::jsonb) as t(livemode boolean, id text)
    join event_ids i on i.livemode = t.livemode and i.id = t.id
    left join lateral (
      select status from payments where transaction_id = t.id and livemode = t.livemode order by occurred_at desc, payment_id desc limit 1
    ) p on true
    left join lateral (
      select outcome, decision_id from decision_ids where transaction_id = t.id and livemode = t.livemode order by decided_at desc, stage desc limit 1
    ) d on true
    where p.status is not null or d.outcome is not null
  ) s
  where e.id = s.id and e.livemode = s.livemode and e.occurred_at = s.occurred_at and e.type = 'transaction'
    and (e.status, e.request_id) is distinct from (${settledStatus}, coalesce(s.decision_id, e.request_id))`;
