import { sql } from "drizzle-orm";
import type { Result } from "../../core/result.ts";
import type { RecordEntry } from "../../ports/records.ts";
import { countAddresses } from "./address-counts.ts";
import { countRecorded } from "./count-recorded.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { addToCounters } from "./metrics.ts";
import { namedTransaction, RECORD_COLUMNS, toRecordRow } from "./record-rows.ts";
import { countBlockRate, countRules, countVersions } from "./rule-counts.ts";
import { settleStatus } from "./settle-status.ts";
import { toStorableJson } from "./storable-json.ts";
import { countTraffic } from "./traffic-slots.ts";

export interface RecordOptions {
  /** The deployment's currency: `amount_minor` is in its minor units. */
  readonly currency: { readonly code: string; readonly exponent: number };
  readonly budgetMs: number;
}
/** What one entry added; both false when everything was there already. */
export interface Recorded {
  readonly eventIsNew: boolean;
  readonly decisionIsNew: boolean;
}

/**
 * Records events, decisions, counters and statuses, many at once, in one request and one transaction. Idempotent: what is there stays
 * as it is and counts once, whatever repeats, overlaps or runs at the same time. On a fault nothing is recorded, or all of it.
 */
export function recordEntries(
  database: Database,
  entries: readonly RecordEntry[],
  { currency, budgetMs }: RecordOptions,
): Promise<Result<readonly Recorded[], PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    if (entries.length === 0) return [];
    const transactions = transactionsOf(entries);
    const rows = toStorableJson(entries.map(toRecordRow));
    const [, , recorded] = await session.batch([
      session.execute(awaitPartitions),
      session.execute(lockTransactions(transactions)),
      session.execute<{ event_is_new: boolean; decision_is_new: boolean }>(insertEntries(rows, currency)),
      session.execute(settleStatus(transactions)),
    ]);
    return recorded.rows.map((row) => ({ eventIsNew: row.event_is_new, decisionIsNew: row.decision_is_new }));
  });
}

/** Every id a batch writes to or speaks of, as JSON `[{ livemode, id }]`. */
function transactionsOf(entries: readonly RecordEntry[]): string {
  const ids = new Map<string, { livemode: boolean; id: string }>();
  for (const { event, livemode } of entries) {
    const named = event.type === "payment" ? namedTransaction(event.body) : null;
    for (const id of named === null ? [event.id] : [event.id, named]) ids.set(`${livemode} ${id}`, { livemode, id });
  }
  return toStorableJson([...ids.values()]);
}

/**
 * Holds off the making of months until this batch is in, and waits for one under way (migrations/0001, `make_months`).
 * INVARIANT: a statement of its own, before any other lock: who holds an id's lock must not wait here.
 */
const awaitPartitions = sql`select pg_advisory_xact_lock_shared(7341, 2)`;

/**
 * Writers of the same transaction queue up, so the statements after this see what the others committed.
 * INVARIANT: locks are taken in the order of their keys, hence two batches never wait for each other.
 */
const lockTransactions = (transactions: string) => sql`
  select count(pg_advisory_xact_lock(key)) from (
    select distinct hashtextextended(t.id, t.livemode::integer) as key
    from jsonb_to_recordset(${transactions}::jsonb) as t(livemode boolean, id text) order by 1
  ) keys`;

/** An id enters its side table and the partitioned table in one statement; what another has is left alone and counted by no one twice. */
const insertEntries = (rows: string, currency: RecordOptions["currency"]) => sql`
  with entry as materialized (
    select * from jsonb_to_recordset(${rows}::jsonb) as r(${RECORD_COLUMNS})
  ), new_id as (
    insert into event_ids (livemode, id, occurred_at)
    select distinct on (id, livemode) livemode, id, occurred_at from entry order by id, livemode, position
    on conflict do nothing returning livemode, id
  ), new_event as (
    insert into events (livemode, id, occurred_at, received_at, stage, type, transaction_type, status, amount_minor, currency, currency_exponent,
      client_id, dest_id, device_id, ip, ip_key, card, email, phone, shipping, city, bin, merchant_1, merchant_2, latitude, longitude,
      request_id, body_hash, velocity_pending, body)
    select distinct on (id, livemode) livemode, id, occurred_at, received_at, stage, type, transaction_type,
      case when type = 'transaction' and answer ->> 'outcome' = 'block' then 'blocked' else status end,
      amount_minor, ${currency.code}, ${currency.exponent}::smallint,
      client_id, dest_id, device_id, ip, ip_key, card, email, phone, shipping, city, bin, merchant_1, merchant_2, latitude, longitude,
      answer ->> 'decision_id', body_hash, velocity_pending, body
    from entry join new_id using (livemode, id) order by id, livemode, position
    returning livemode, type, occurred_at
  ), new_payment as (
    insert into payments (livemode, transaction_id, payment_id, status, occurred_at)
    select livemode, names_transaction, id, status, occurred_at from entry join new_id using (livemode, id) where names_transaction is not null
    on conflict do nothing
  ), new_decision_id as (
    insert into decision_ids (livemode, transaction_id, stage, decision_id, occurred_at, decided_at, outcome)
    select distinct on (id, livemode, stage) livemode, id, stage, answer ->> 'decision_id', occurred_at, decided_at, answer ->> 'outcome'
    from entry where answer is not null order by id, livemode, stage, position
    on conflict do nothing returning livemode, transaction_id, stage
  ), decided as (
    select distinct on (e.id, e.livemode, e.stage) e.*
    from entry e join new_decision_id n on n.livemode = e.livemode and n.transaction_id = e.id and n.stage = e.stage
    where answer is not null order by e.id, e.livemode, e.stage, position
  ), new_decision as (
    insert into decisions (livemode, decision_id, transaction_id, stage, occurred_at, decided_at, outcome, risk_score, risk_level, probability,
      is_fraud, model, model_version, versions, degraded, out_of_range, recovered, body_hash, answer, facts, automatic_blocks)
    select livemode, answer ->> 'decision_id', id, stage, occurred_at, decided_at, answer ->> 'outcome',
      (answer ->> 'risk_score')::float8, answer ->> 'risk_level', (answer ->> 'fraud_probability')::float8, (answer ->> 'is_fraud')::boolean,
      answer #>> '{model,name}', answer #>> '{model,version}', answer -> 'versions',
      array(select jsonb_array_elements_text(answer -> 'degraded')), out_of_range, recovered, body_hash, answer, facts, automatic_blocks
    from decided
    returning livemode, decided_at, outcome, is_fraud
  ), counted as (
    insert into daily_counters (livemode, day, decisions, fraud, allowed, challenged, reviewed, blocked, last_decided_at)
    select livemode, (decided_at at time zone 'UTC')::date, count(*), count(*) filter (where is_fraud), count(*) filter (where outcome = 'allow'),
      count(*) filter (where outcome = 'challenge'), count(*) filter (where outcome = 'review'), count(*) filter (where outcome = 'block'), max(decided_at)
    from new_decision group by 1, 2 order by 1, 2
    on conflict (livemode, day) do update set
      decisions = daily_counters.decisions + excluded.decisions, fraud = daily_counters.fraud + excluded.fraud,
      allowed = daily_counters.allowed + excluded.allowed, challenged = daily_counters.challenged + excluded.challenged,
      reviewed = daily_counters.reviewed + excluded.reviewed, blocked = daily_counters.blocked + excluded.blocked,
      last_decided_at = greatest(daily_counters.last_decided_at, excluded.last_decided_at)
  ), metered as (
    ${addToCounters(countRecorded(currency))}
  ), versions_counted as (
    ${countVersions}
  ), rules_counted as (
    ${countRules}
  ), ${countAddresses}, rate_counted as (
    ${countBlockRate}
  ), traffic_counted as (
    ${countTraffic}
  )
  select
    n.id is not null and position = min(position) over (partition by e.id, e.livemode) as event_is_new,
    d.transaction_id is not null and answer is not null
      and position = min(position) filter (where answer is not null) over (partition by e.id, e.livemode, e.stage) as decision_is_new
  from entry e
  left join new_id n on n.livemode = e.livemode and n.id = e.id
  left join new_decision_id d on d.livemode = e.livemode and d.transaction_id = e.id and d.stage = e.stage
  order by position`;
