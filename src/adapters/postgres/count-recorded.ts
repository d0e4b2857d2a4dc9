import { type SQL, sql } from "drizzle-orm";

/**
 * What a recording statement adds to the counters of `/metrics`, as rows `(name, labels, value)`, from its new decisions
 * (`decided`: entries with their columns) and new events (`new_event`: livemode, type).
 */
export const countRecorded = (currency: { readonly code: string; readonly exponent: number }): SQL => sql`
  select 'tollgate_decisions_total' as name, array[answer ->> 'outcome', coalesce(transaction_type, ''), livemode::text] as labels, 1::float8 as value
  from decided
  union all
  select 'tollgate_rule_hits_total', array[rule ->> 'id', rule ->> 'mode', livemode::text], 1
  from decided, jsonb_array_elements(answer -> 'rules') as rule
  union all
  select 'tollgate_degraded_decisions_total', array[part, livemode::text], 1
  from decided, jsonb_array_elements_text(answer -> 'degraded') as part
  union all
  select 'tollgate_blocked_amount_total', array[${currency.code}::text, livemode::text], (amount_minor / power(10::numeric, ${currency.exponent}::integer))::float8
  from decided where answer ->> 'outcome' = 'block' and amount_minor is not null
  union all
  select 'tollgate_events_total', array[type, livemode::text], 1 from new_event`;
