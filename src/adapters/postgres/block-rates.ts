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
          select s.seq::float8 as seq, s.decisions, s.blocked, c.text::jsonb -> 'policy' as policy
          from (
            select seq, sum(decisions)::float8 as decisions, sum(blocked)::float8 as blocked from block_rate_slots
            where livemode = ${world === "live"} and slot > ${toInstant(sinceMs)}::timestamptz group by seq order by seq desc limit 1
          ) s
          left join manifests m on m.seq = s.seq
          left join contents c on c.hash = m.content ->> 'ruleset'`);
        const [row] = rows;
        return row === undefined ? null : { seq: row.seq, rate: { decisions: row.decisions, blocked: row.blocked }, policy: row.policy };
      }),
    forget: (beforeMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        await session.execute(sql`delete from block_rate_slots where slot < ${toInstant(beforeMs)}::timestamptz`);
      }),
  };
}
