import { type SQL, sql } from "drizzle-orm";

/** Counts that the risk score is made of halve in this time: an address that changed hands is forgiven. */
const HALF_LIFE_SECONDS = 30 * 86_400;

/** What was counted before, as of the change that is being added. */
const faded = (column: string): SQL =>
  sql.raw(
    `ip_analysis.${column} * power(0.5, greatest(extract(epoch from excluded.last_seen_at - ip_analysis.last_seen_at), 0) / ${HALF_LIFE_SECONDS}) + excluded.${column}`,
  );
const added = (column: string): SQL => sql.raw(`${column} = ip_analysis.${column} + excluded.${column}`);

/**
 * Adds new events and decisions of a recording statement to their addresses (`ip_analysis`), each once: parts of its `with`, over `entry`, `new_id`
 * and `decided`. An event without an address counts nowhere.
 */
export const countAddresses: SQL = sql`
  address_event as (
    select distinct on (id, livemode) livemode, ip_key, type, status, occurred_at, client_id, device_id
    from entry join new_id using (livemode, id) where ip_key is not null order by id, livemode, position
  ), address_party as (
    insert into ip_parties (livemode, ip_key, kind, party)
    select distinct livemode, ip_key, kind, hashtextextended(party, 0) as party from (
      select livemode, ip_key, 'client' as kind, client_id as party from address_event
      union all select livemode, ip_key, 'device', device_id from address_event
    ) named where party is not null order by livemode, ip_key, kind, party
    on conflict do nothing returning livemode, ip_key, kind
  ), address_counted as (
    insert into ip_analysis (livemode, ip_key, first_seen_at, last_seen_at, events, clients, devices, allowed, challenged, reviewed, blocked, logins,
      failed_logins, recent_decisions, recent_held, recent_blocked, recent_logins, recent_failed_logins, changes)
    select livemode, ip_key, min(seen_at), max(seen_at), sum(events), sum(clients), sum(devices), sum(allowed), sum(challenged), sum(reviewed),
      sum(blocked), sum(logins), sum(failed), sum(allowed + challenged + reviewed + blocked), sum(challenged + reviewed), sum(blocked), sum(logins),
      sum(failed), 1
    from (
      select livemode, ip_key, occurred_at as seen_at, 1 as events, 0 as clients, 0 as devices, 0 as allowed, 0 as challenged, 0 as reviewed,
        0 as blocked, (type = 'login')::integer as logins, (type = 'login' and status = 'failed')::integer as failed
      from address_event
      union all
      select livemode, ip_key, null, 0, (kind = 'client')::integer, (kind = 'device')::integer, 0, 0, 0, 0, 0, 0 from address_party
      union all
      select livemode, ip_key, occurred_at, 0, 0, 0, (answer ->> 'outcome' = 'allow')::integer, (answer ->> 'outcome' = 'challenge')::integer,
        (answer ->> 'outcome' = 'review')::integer, (answer ->> 'outcome' = 'block')::integer, 0, 0
      from decided where ip_key is not null
    ) change group by 1, 2 order by 1, 2
    on conflict (livemode, ip_key) do update set
      first_seen_at = least(ip_analysis.first_seen_at, excluded.first_seen_at),
      last_seen_at = greatest(ip_analysis.last_seen_at, excluded.last_seen_at),
      ${sql.join(["events", "clients", "devices", "allowed", "challenged", "reviewed", "blocked", "logins", "failed_logins", "changes"].map(added), sql`, `)},
      ${sql.join(
        ["recent_decisions", "recent_held", "recent_blocked", "recent_logins", "recent_failed_logins"].map(
          (column) => sql`${sql.raw(column)} = ${faded(column)}`,
        ),
        sql`, `,
      )}
  ), country_counted as (
    insert into client_countries (livemode, client_id, country, first_at, last_at)
    select livemode, client_id, country, min(occurred_at), max(occurred_at) from (
      select livemode, client_id, occurred_at, upper(coalesce(body #>> '{ip_geo,country}', facts #>> '{values,ip_country}')) as country
      from entry join new_id using (livemode, id) where client_id is not null and answer ->> 'outcome' is distinct from 'block'
    ) seen where country ~ '^[A-Z]{2}$' group by 1, 2, 3 order by 1, 2, 3
    on conflict (livemode, client_id, country) do update set
      first_at = least(client_countries.first_at, excluded.first_at), last_at = greatest(client_countries.last_at, excluded.last_at)
    -- A row that would say the same but for an hour is not written again.
    where excluded.first_at < client_countries.first_at or excluded.last_at > client_countries.last_at + interval '1 hour'
  )`;
