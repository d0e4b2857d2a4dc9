import { sql } from "drizzle-orm";
import type { RuleBlockStore } from "../../ports/autoblock.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { ENTRY_COLUMNS, entryRows } from "./list-entry-rows.ts";
import { prepareChange } from "./staff-change.ts";

/** Blocks by rules: entries of the block list with the source `auto`. */
export function createRuleBlockStore(database: Database): RuleBlockStore {
  return {
    countEarlier: ({ livemode, kind, entity }, sinceMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const { rows } = await session.execute<{ n: number }>(sql`
          select count(*)::float8 as n from list_entries
          where source = 'auto' and kind = ${kind} and value = ${entity} and livemode = ${livemode}::boolean
            and created_at >= ${toInstant(sinceMs)}::timestamptz and coalesce(ended_by, 'expiry') = 'expiry'`);
        return rows[0]?.n ?? 0;
      }),
    recording: (entry) =>
      prepareChange(() => [
        // An entry that nobody ended lasts until its own end, whether that was noticed or not.
        sql`insert into list_entries (${ENTRY_COLUMNS}) ${entryRows([entry])}
          where not exists (
            select from list_entries l
            where l.source = 'auto' and l.kind = e.kind and l.value = e.value and l.livemode = e.livemode
              and coalesce(l.ended_at, l.expires_at, 'infinity') > e."createdAt")
          on conflict do nothing returning id`,
      ]),
    countOtherClients: ({ livemode, address, client, sinceMs }, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const on = sql`ip_key = ${address} and livemode = ${livemode}::boolean and occurred_at > ${toInstant(sinceMs)}::timestamptz`;
        // Two parts, each as an index has it.
        const { rows } = await session.execute<{ n: number }>(sql`
          select count(distinct client_id)::float8 as n from (
            select client_id, status from events where ${on} and type = 'transaction'
            union all
            select client_id, status from events where ${on} and type in ('click', 'conversion', 'register', 'login', 'profile_change')
          ) seen where client_id <> coalesce(${client}::text, '') and status <> 'failed'`);
        return rows[0]?.n ?? 0;
      }),
  };
}
