import { gte, lt, sql, sum } from "drizzle-orm";
import { CHECK_OUTCOMES } from "../../core/external-checks/check-outcome.ts";
import type { CheckCountStore } from "../../ports/external-checks.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";
import { externalCheckCounters as counters } from "./schema/external-checks.ts";

/** How services did, by the hour. */
export function createCheckCountStore(database: Database): CheckCountStore {
  return {
    add: (counts, nowMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        if (counts.length === 0) return;
        // INVARIANT: rows are locked in the order of their keys, hence two writers never wait for each other.
        await session.execute(sql`
          insert into external_check_counters (service, hour, outcome, calls, total_ms)
          select service, date_trunc('hour', ${toInstant(nowMs)}::timestamptz, 'UTC'), outcome, calls, "totalMs"
          from jsonb_to_recordset(${JSON.stringify(counts)}::jsonb) as r(service text, outcome text, calls bigint, "totalMs" float8)
          order by service, outcome
          on conflict (service, hour, outcome) do update
            set calls = external_check_counters.calls + excluded.calls, total_ms = external_check_counters.total_ms + excluded.total_ms`);
      }),
    since: (sinceMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const rows = await session
          .select({ service: counters.service, outcome: counters.outcome, calls: sum(counters.calls), totalMs: sum(counters.totalMs) })
          .from(counters)
          .where(gte(counters.hour, new Date(sinceMs)))
          .groupBy(counters.service, counters.outcome);
        return rows.flatMap(({ service, outcome, calls, totalMs }) => {
          const known = CHECK_OUTCOMES.find((name) => name === outcome);
          return known === undefined ? [] : [{ service, outcome: known, calls: Number(calls), totalMs: Number(totalMs) }];
        });
      }),
    forget: (beforeMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const { rowCount } = await session.delete(counters).where(lt(counters.hour, new Date(beforeMs)));
        return rowCount ?? 0;
      }),
  };
}
