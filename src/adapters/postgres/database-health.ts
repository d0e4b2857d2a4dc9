import { sql } from "drizzle-orm";
import { ok } from "../../core/result.ts";
import type { DatabaseHealth, HealthSource, SlowQuery } from "../../ports/database-health.ts";
import { ask, type Database } from "./database.ts";
import { epochMs } from "./instants.ts";

/** SQLSTATEs of a Postgres without pg_stat_statements: no such table, not loaded, not allowed. */
const NO_STATEMENTS: ReadonlySet<string> = new Set(["42P01", "55000", "42501"]);
/** Statements are shown as Postgres normalises them: with `$1` where values were. */
const SHOWN_CHARACTERS = 500;

/** How the database is doing (S1.13): sizes of tables and of each partition, last refresh, dead letters, slowest statements. */
export function createHealthSource(database: Database): HealthSource {
  return {
    async read(budgetMs) {
      const [state, slow] = await Promise.all([readState(database, budgetMs), readSlowest(database, budgetMs)]);
      if (!state.ok) return state;
      // The extension is not everywhere, and its absence is an answer.
      if (slow.ok) return ok({ ...state.value, slowest: slow.value });
      return slow.error.sqlState !== null && NO_STATEMENTS.has(slow.error.sqlState) ? ok({ ...state.value, slowest: null }) : slow;
    },
  };
}

type State = Omit<DatabaseHealth, "slowest">;

function readState(database: Database, budgetMs: number) {
  return ask(database, budgetMs, async (session): Promise<State> => {
    const { rows } = await session.execute<{ [column: string]: unknown; state: State }>(sql`
      select json_build_object(
        'sizeBytes', pg_database_size(current_database()),
        'tables', (select coalesce(json_agg(t order by t."sizeBytes" desc, t.name), '[]') from (
          select c.relname as name, p.relname as "partitionOf", pg_total_relation_size(c.oid) as "sizeBytes", greatest(c.reltuples, 0)::float8 as "rowEstimate"
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
          where n.nspname = 'public' and c.relkind in ('r', 'm')) t),
        'refreshedAtMs', (select ${epochMs(sql`max(refreshed_at)`)} from view_refreshes),
        'deadLetters', (select count(*) from dead_letters),
        'unappended', (select count(*) from events where velocity_pending),
        'auditSeq', (select seq from audit_head)) as state`);
    const [row] = rows;
    if (row === undefined) throw new Error("the health query gave no row");
    return row.state;
  });
}

function readSlowest(database: Database, budgetMs: number) {
  return ask(database, budgetMs, async (session): Promise<readonly SlowQuery[]> => {
    const { rows } = await session.execute<{ [column: string]: unknown; slowest: readonly SlowQuery[] }>(sql`
      select coalesce(json_agg(s order by s."totalMs" desc), '[]') as slowest from (
        select left(query, ${SHOWN_CHARACTERS}) as query, calls::float8 as calls, mean_exec_time as "meanMs", max_exec_time as "maxMs", total_exec_time as "totalMs"
        from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
        order by total_exec_time desc limit 20) s`);
    return rows[0]?.slowest ?? [];
  });
}
