import { sql } from "drizzle-orm";

/** Slots are five minutes long and begin where `core/baselines/slot.ts` says. */
const slotOf = (column: "occurred_at" | "decided_at") => sql.raw(`date_bin('5 minutes', ${column}, timestamptz '1970-01-01 00:00:00+00')`);

/**
 * What a recording statement counts of its new events (`new_event`) and new decisions (`new_decision`).
 * INVARIANT: rows are locked in the order of their keys, hence two writers never wait for each other.
 */
export const countTraffic = sql`
  insert into traffic_slots (livemode, kind, slot, count)
  select livemode, kind, slot, count(*) from (
    select livemode, type as kind, ${slotOf("occurred_at")} as slot from new_event
    union all
    select livemode, 'decision', ${slotOf("decided_at")} from new_decision
    union all
    select livemode, 'fraud', ${slotOf("decided_at")} from new_decision where is_fraud
  ) happened
  group by 1, 2, 3 order by 1, 2, 3
  on conflict (livemode, kind, slot) do update set count = traffic_slots.count + excluded.count`;
