import { sql } from "drizzle-orm";
import type { CallerActivity } from "../../core/baselines/caller-alerts.ts";
import { ok } from "../../core/result.ts";
import type { UnmatchedStore } from "../../ports/audit.ts";
import type { CallerSource } from "../../ports/traffic.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";

type Row = CallerActivity & { readonly [column: string]: unknown };

/** So few refusals of one caller are nobody's business; and no more callers than these are looked at, those refused most first. */
const FEWEST = 5;
const MOST_CALLERS = 2_000;

/** What callers did, from the rows that requests leave in the audit log. */
export function createCallerSource(database: Database): CallerSource {
  return {
    since: (sinceMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const { rows } = await session.execute<Row>(sql`
          with asked as (
            select details::json ->> 'from' as address, details::json ->> 'network' as network, actor, action, request_id,
              (details::json ->> 'status')::integer as status, coalesce((details::json ->> 'count')::integer, 1) as times
            from audit_log
            where occurred_at >= ${toInstant(sinceMs)}::timestamptz and target like 'route:%' and details::json ->> 'status' is not null
          )
          select address, network, actor, sum(times)::float8 as requests,
            coalesce(sum(times) filter (where status = 401 or (action like 'auth.%' and status between 400 and 428)), 0)::float8 as refused,
            coalesce(sum(times) filter (where status = 403 and action not like 'auth.%'), 0)::float8 as forbidden,
            coalesce(sum(times) filter (where status = 404 and action not like 'auth.%'), 0)::float8 as "notFound",
            coalesce(sum(times) filter (where status = 429), 0)::float8 as limited,
            max(request_id) filter (where status >= 400) as "requestId"
          from asked group by address, network, actor
          having sum(times) filter (where status in (401, 403, 404, 429) or (action like 'auth.%' and status >= 400)) >= ${FEWEST}
          order by sum(times) filter (where status >= 400) desc limit ${MOST_CALLERS}`);
        const strangers = await session.execute<Row>(sql`
          select null::text as address, network, 'anonymous' as actor, sum(calls)::float8 as requests, 0::float8 as refused, 0::float8 as forbidden,
            (sum(calls) - sum(limited))::float8 as "notFound", sum(limited)::float8 as limited, max(request_id) as "requestId"
          from unmatched_calls where slot >= ${toInstant(sinceMs)}::timestamptz and network <> 'unknown'
          group by network having sum(calls) >= ${FEWEST} order by sum(calls) desc limit ${MOST_CALLERS}`);
        return [...rows, ...strangers.rows];
      }),
  };
}

/** Counts calls of what is not served, network by network. */
export function createUnmatchedStore(database: Database): UnmatchedStore {
  return {
    async add(calls, budgetMs) {
      if (calls.length === 0) return ok(undefined);
      const rows = calls.map(({ slotMs, requestId, ...rest }) => ({ ...rest, slot: toInstant(slotMs), request_id: requestId }));
      return ask(database, budgetMs, async (session) => {
        await session.execute(sql`
          insert into unmatched_calls as u (slot, network, calls, limited, request_id)
          select slot, network, sum(calls), sum(limited), max(request_id) from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
            as c(slot timestamptz(3), network text, calls bigint, limited bigint, request_id text) group by slot, network order by slot, network
          on conflict (slot, network) do update set calls = u.calls + excluded.calls, limited = u.limited + excluded.limited, request_id = excluded.request_id`);
      });
    },
  };
}
