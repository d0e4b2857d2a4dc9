import { sql } from "drizzle-orm";
import { HISTORY_DAYS, MIN_OLDER_INTERVALS, OUTLIER_Z, RECENT_DAYS } from "../../core/behaviour/login-pattern.ts";
import type { Result } from "../../core/result.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { toInstant } from "./instants.ts";

const DAY_MS = 86_400_000;

/**
 * The hourly batch of S1.14: `behavioral_patterns` becomes what `loginPattern` (core/behaviour, which a test holds it against) says of every
 * client's logins in the 30 days before a time; clients without any lose their row.
 */
export function updateBehavioralPatterns(database: Database, nowMs: number, budgetMs: number): Promise<Result<void, PostgresFault>> {
  const to = toInstant(nowMs);
  const from = toInstant(nowMs - HISTORY_DAYS * DAY_MS);
  const recentFrom = toInstant(nowMs - RECENT_DAYS * DAY_MS);
  return ask(database, budgetMs, async (session) => {
    // Moments are taken over whole milliseconds in exact arithmetic: equal intervals then have no spread at all.
    // stddev_pop would round to 16 digits before the root, which leaves 8 of them.
    await session.execute(sql`
      with login as (
        select livemode, client_id, occurred_at,
          round(extract(epoch from occurred_at - lag(occurred_at) over (partition by livemode, client_id order by occurred_at)) * 1000) as gap_ms,
          occurred_at > ${recentFrom}::timestamptz as is_recent
        from events where type = 'login' and client_id is not null and occurred_at > ${from}::timestamptz and occurred_at <= ${to}::timestamptz
      ), moments as (
        select livemode, client_id, count(*) as logins, count(*) filter (where is_recent) as recent_logins,
          avg(gap_ms)::float8 as mean, sqrt(var_pop(gap_ms)::float8) as std, var_pop(gap_ms)::float8 as variance,
          avg(gap_ms) filter (where is_recent)::float8 as recent_mean, count(gap_ms) filter (where not is_recent) as older_count,
          avg(gap_ms) filter (where not is_recent)::float8 as older_mean, sqrt((var_pop(gap_ms) filter (where not is_recent))::float8) as older_std
        from login group by livemode, client_id
      ), pattern as (
        select *, case when older_count >= ${MIN_OLDER_INTERVALS}::integer then (recent_mean - older_mean) / nullif(older_std, 0) end as zscore from moments
      ), written as (
        insert into behavioral_patterns (livemode, client_id, avg_login_interval, std_login_interval, var_login_interval, coef_variation_login_interval,
          fano_factor_login_interval, zscore_avg_login_interval_7d, is_outlier_flag, login_frequency_7d, login_frequency_30d, last_updated)
        select livemode, client_id, mean / 3.6e6, std / 3.6e6, variance / 3.6e6 / 3.6e6, std / nullif(mean, 0), variance / nullif(mean, 0) / 3.6e6,
          zscore, coalesce(abs(zscore) > ${OUTLIER_Z}::float8, false), recent_logins, logins, ${to}::timestamptz
        from pattern
        on conflict (client_id, livemode) do update set
          avg_login_interval = excluded.avg_login_interval, std_login_interval = excluded.std_login_interval,
          var_login_interval = excluded.var_login_interval, coef_variation_login_interval = excluded.coef_variation_login_interval,
          fano_factor_login_interval = excluded.fano_factor_login_interval, zscore_avg_login_interval_7d = excluded.zscore_avg_login_interval_7d,
          is_outlier_flag = excluded.is_outlier_flag, login_frequency_7d = excluded.login_frequency_7d,
          login_frequency_30d = excluded.login_frequency_30d, last_updated = excluded.last_updated
      )
      delete from behavioral_patterns b where not exists (select from pattern p where p.client_id = b.client_id and p.livemode = b.livemode)`);
  });
}
