import { sql } from "drizzle-orm";
import type { BlockRateSource, DecidingVersion } from "../../ports/guard.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";

interface Row {
  readonly [column: string]: unknown;
  readonly seq: number;
  readonly decisions: number;
  readonly blocked: number;
  readonly policy: unknown;
}

/** How much versions block, from the slots that recording counts in. */
export function createBlockRateSource(database: Database): BlockRateSource {
  return {
    read: (world, sinceMs, budgetMs) =>
      ask(database, budgetMs, async (session): Promise<DecidingVersion | null> => {
        const { rows } = await session.execute<Row>(sql`
          with lately as (
            select s.*, m.content ->> 'ruleset' as ruleset, m.content ->> 'features' as features
            from (
              select seq, sum(decisions) as decisions, sum(blocked) as blocked from block_rate_slots
              where livemode = ${world === "live"} and slot > ${toInstant(sinceMs)}::timestamptz group by seq
            ) s left join manifests m on m.seq = s.seq
          ), newest as (
            select * from lately order by seq desc limit 1
          )
          select n.seq::float8 as seq, sum(l.decisions)::float8 as decisions, sum(l.blocked)::float8 as blocked,
            (select c.text::jsonb -> 'policy' from contents c where c.hash = n.ruleset) as policy
          from newest n join lately l on l.seq = n.seq or (l.ruleset = n.ruleset and l.features = n.features)
          group by n.seq, n.ruleset`);
        const [row] = rows;
        return row === undefined ? null : { seq: row.seq, rate: { decisions: row.decisions, blocked: row.blocked }, policy: row.policy };
      }),
    forget: (beforeMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        await session.execute(sql`delete from block_rate_slots where slot < ${toInstant(beforeMs)}::timestamptz`);
      }),
  };
}
