import { sql } from "drizzle-orm";

// What a recording statement counts of its new decisions (`decided`: entries with their columns), each in the hour or slot it was decided in.
// INVARIANT: rows are locked in the order of their keys, hence two writers never wait for each other.

const hour = sql`date_trunc('hour', decided_at at time zone 'UTC') at time zone 'UTC'`;
const seq = sql`(answer #>> '{versions,seq}')::bigint`;
const isBlocked = sql`(blocks_by_itself and answer ->> 'outcome' = 'block')`;
const isHeldBack = sql`(blocks_by_itself and answer ->> 'outcome' <> 'block')`;

/** Decisions by version and kind of event. */
export const countVersions = sql`
  insert into version_counters (livemode, hour, seq, ruleset, type, kind, decisions, blocked, held_back)
  select livemode, ${hour}, ${seq}, answer #>> '{versions,ruleset}', type, coalesce(transaction_type, type), count(*),
    count(*) filter (where answer ->> 'outcome' = 'block'), count(*) filter (where ${isHeldBack})
  from decided group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
  on conflict (livemode, hour, seq, ruleset, type, kind) do update set
    decisions = version_counters.decisions + excluded.decisions, blocked = version_counters.blocked + excluded.blocked,
    held_back = version_counters.held_back + excluded.held_back`;

/** What each rule did; it stopped the money of decisions that rules and score blocked. An unknown rule is an error where a fact that left it unknown is one whose source failed. */
export const countRules = sql`
  insert into rule_counters (livemode, hour, seq, rule, acted, shadowed, unknown, errors, blocked, stopped_minor)
  select livemode, hour, seq, rule, sum(acted), sum(shadowed), sum(unknown), sum(errors), sum(blocked), coalesce(sum(stopped_minor), 0)
  from (
    select livemode, ${hour} as hour, ${seq} as seq, rule ->> 'id' as rule, (rule ->> 'mode' = 'live')::integer as acted,
      (rule ->> 'mode' = 'shadow')::integer as shadowed, 0 as unknown, 0 as errors,
      (rule ->> 'mode' = 'live' and ${isBlocked})::integer as blocked,
      case when rule ->> 'mode' = 'live' and ${isBlocked} then amount_minor end as stopped_minor
    from decided, jsonb_array_elements(answer -> 'rules') as rule
    union all
    select livemode, ${hour}, ${seq}, rule ->> 'id', 0, 0, 1,
      exists(select from jsonb_array_elements_text(rule -> 'missing') as name where facts -> 'missing' ? name)::integer, 0, null
    from decided, jsonb_array_elements(answer -> 'unknown_rules') as rule
  ) seen
  group by 1, 2, 3, 4 order by 1, 2, 3, 4
  on conflict (livemode, hour, seq, rule) do update set
    acted = rule_counters.acted + excluded.acted, shadowed = rule_counters.shadowed + excluded.shadowed,
    unknown = rule_counters.unknown + excluded.unknown, errors = rule_counters.errors + excluded.errors,
    blocked = rule_counters.blocked + excluded.blocked, stopped_minor = rule_counters.stopped_minor + excluded.stopped_minor`;

/** What the guard adds up. */
export const countBlockRate = sql`
  insert into block_rate_slots (livemode, seq, slot, decisions, blocked)
  select livemode, ${seq}, slot, count(*), count(*) filter (where blocks_by_itself) from decided group by 1, 2, 3 order by 1, 2, 3
  on conflict (livemode, seq, slot) do update set
    decisions = block_rate_slots.decisions + excluded.decisions, blocked = block_rate_slots.blocked + excluded.blocked`;
