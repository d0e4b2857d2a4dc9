-- S1.10. Read instead of the events only for heavy clients, and only while fresh; a light client's history is read as it is.
-- The zone of the night is a setting of the refreshing transaction; `view_refreshes` says which it was.
CREATE MATERIALIZED VIEW client_statistics_30d AS
SELECT
  livemode,
  client_id,
  count(*) AS transaction_count,
  coalesce(sum(amount_minor) FILTER (WHERE status NOT IN ('blocked', 'declined')), 0)::float8 AS amount_sum,
  avg(amount_minor) FILTER (WHERE status NOT IN ('blocked', 'declined'))::float8 AS amount_mean,
  sqrt((var_pop(amount_minor) FILTER (WHERE status NOT IN ('blocked', 'declined')))::float8) AS amount_std,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY amount_minor) FILTER (WHERE status NOT IN ('blocked', 'declined')) AS amount_median,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY amount_minor) FILTER (WHERE status NOT IN ('blocked', 'declined')) AS amount_p95,
  min(amount_minor) FILTER (WHERE status NOT IN ('blocked', 'declined')) AS amount_min,
  max(amount_minor) FILTER (WHERE status NOT IN ('blocked', 'declined')) AS amount_max,
  avg((extract(hour FROM occurred_at AT TIME ZONE coalesce(nullif(current_setting('tollgate.time_zone', true), ''), 'UTC')) BETWEEN 0 AND 5)::integer)
    FILTER (WHERE status NOT IN ('blocked', 'declined'))::float8 AS night_share,
  count(*) >= 2000 AS is_heavy
FROM events
WHERE type = 'transaction' AND client_id IS NOT NULL AND occurred_at > now() - interval '720 hours' AND occurred_at <= now()
GROUP BY livemode, client_id;
--> statement-breakpoint
CREATE UNIQUE INDEX client_statistics_30d_client ON client_statistics_30d (client_id, livemode);
--> statement-breakpoint
-- One more than the 256 that are listed, so that a reader knows whether the list is complete.
CREATE MATERIALIZED VIEW heavy_client_destinations AS
SELECT h.livemode, h.client_id, d.dest_id, d.attempts, d.total_minor, d.last_at
FROM client_statistics_30d h
CROSS JOIN LATERAL (
  SELECT dest_id, count(*) AS attempts, coalesce(sum(amount_minor) FILTER (WHERE status NOT IN ('blocked', 'declined')), 0)::bigint AS total_minor,
    max(occurred_at) AS last_at
  FROM events e
  WHERE e.client_id = h.client_id AND e.livemode = h.livemode AND e.dest_id IS NOT NULL AND e.type = 'transaction' AND e.occurred_at <= now()
  GROUP BY dest_id ORDER BY max(occurred_at) DESC, dest_id LIMIT 257
) d
WHERE h.is_heavy;
--> statement-breakpoint
CREATE UNIQUE INDEX heavy_client_destinations_pair ON heavy_client_destinations (client_id, livemode, dest_id);
--> statement-breakpoint
-- Called every 5 minutes. Readers keep the old rows until the new ones are there.
CREATE FUNCTION refresh_client_statistics(zone text) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('tollgate.time_zone', zone, true);
  REFRESH MATERIALIZED VIEW CONCURRENTLY client_statistics_30d;
  REFRESH MATERIALIZED VIEW CONCURRENTLY heavy_client_destinations;
  INSERT INTO view_refreshes (view, refreshed_at, time_zone) VALUES ('client_statistics_30d', now(), zone)
    ON CONFLICT (view) DO UPDATE SET refreshed_at = excluded.refreshed_at, time_zone = excluded.time_zone;
  RETURN now();
END $$;
