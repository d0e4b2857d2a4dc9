import { type SQL, sql } from "drizzle-orm";
import type { Result } from "../../core/result.ts";
import type { TrafficEvent, TrafficProbe } from "../../core/triggers/traffic-event.ts";
import type { TrafficEntity } from "../../core/triggers/trigger-document.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { epochMs, toInstant } from "./instants.ts";
import { toStorableJson } from "./storable-json.ts";

type Row = TrafficEvent & { readonly [column: string]: unknown; readonly n: number };

const COLUMNS: Readonly<Record<TrafficEntity, SQL>> = {
  ip: sql.raw("e.ip_key"),
  device: sql.raw("e.device_id"),
  client: sql.raw("e.client_id"),
};

/** The newest events of each probe, by their entity's index. */
export function readTrafficAround(
  database: Database,
  probes: readonly TrafficProbe[],
  limit: number,
  budgetMs: number,
): Promise<Result<readonly (readonly TrafficEvent[])[], PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    const found: TrafficEvent[][] = probes.map(() => []);
    if (probes.length === 0) return found;
    const given = toStorableJson(
      probes.map(({ sinceMs, untilMs, ...probe }, n) => ({ n, ...probe, since: toInstant(sinceMs), until: toInstant(untilMs) })),
    );
    const { rows } = await session.execute<Row>(sql`
      with probe as materialized (
        select * from jsonb_to_recordset(${given}::jsonb)
          as p(n integer, livemode boolean, kind text, value text, types text[], since timestamptz, until timestamptz)
      )
      ${sql.join(
        Object.entries(COLUMNS).map(([kind, column]) => eventsOf(kind, column, limit)),
        sql` union all `,
      )}`);
    for (const { n, ...event } of rows) found[n]?.push(event);
    return found;
  });
}

/** The list of types is the indexes' own; without it they could not serve. */
const eventsOf = (kind: string, column: SQL, limit: number): SQL => sql`
  select p.n, t.* from probe p cross join lateral (
    select e.id, e.type, e.status, ${epochMs(sql`e.occurred_at`)} as "atMs", e.client_id as client, e.device_id as device, e.ip_key as ip, e.email,
      case when jsonb_typeof(e.body #> '{attributes,impressions}') = 'number' then (e.body #>> '{attributes,impressions}')::float8 end as impressions
    from events e
    where ${column} = p.value and e.livemode = p.livemode and e.occurred_at > p.since and e.occurred_at <= p.until
      and e.type in ('click', 'conversion', 'register', 'login', 'profile_change') and e.type = any (p.types)
    order by e.occurred_at desc limit ${limit}
  ) t where p.kind = ${kind}`;
