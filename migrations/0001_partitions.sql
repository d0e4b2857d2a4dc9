-- Months of `events` and `decisions` (S1.11). A row outside every month stays in the default partition until its month is made.
CREATE TABLE "events_default" PARTITION OF "events" DEFAULT;
--> statement-breakpoint
CREATE TABLE "decisions_default" PARTITION OF "decisions" DEFAULT;
--> statement-breakpoint
-- Makes one month of a parent, moving there what waits in the default partition. Returns the rows moved.
CREATE FUNCTION make_month(parent text, month_start timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  month_end timestamptz := (month_start AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
  name text := parent || to_char(month_start AT TIME ZONE 'UTC', '_YYYY_MM');
  moved bigint;
BEGIN
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE)', name, parent);
  -- ATTACH takes this lock anyway; taking it before the move keeps a row of this month from arriving in between.
  EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', parent || '_default');
  EXECUTE format('WITH leaving AS (DELETE FROM %I WHERE occurred_at >= $1 AND occurred_at < $2 RETURNING *) INSERT INTO %I SELECT * FROM leaving',
    parent || '_default', name) USING month_start, month_end;
  GET DIAGNOSTICS moved = ROW_COUNT;
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, name, month_start, month_end);
  RETURN moved;
END $$;
--> statement-breakpoint
-- Takes away what is older than the retention: rows of the default partition that also arrived before it, then whole months.
CREATE FUNCTION drop_expired(parent text, as_of timestamptz, retention_days integer DEFAULT 400) RETURNS TABLE (name text, row_count bigint) LANGUAGE plpgsql AS $$
DECLARE
  cutoff timestamptz := as_of - make_interval(hours => retention_days * 24);
  month_start timestamptz;
  month_end timestamptz;
BEGIN
  PERFORM set_config('lock_timeout', '5s', true);
  PERFORM pg_advisory_xact_lock(7341, 1);
  name := parent || '_default';
  IF parent = 'events' THEN
    WITH gone AS (DELETE FROM events_default e WHERE e.occurred_at < cutoff AND e.received_at < cutoff RETURNING e.livemode, e.id),
      ids AS (DELETE FROM event_ids i USING gone WHERE i.livemode = gone.livemode AND i.id = gone.id),
      outcomes AS (DELETE FROM payments p USING gone WHERE p.livemode = gone.livemode AND p.payment_id = gone.id)
    SELECT count(*) INTO row_count FROM gone;
  ELSE
    WITH gone AS (DELETE FROM decisions_default d WHERE d.occurred_at < cutoff AND d.decided_at < cutoff RETURNING d.decision_id),
      ids AS (DELETE FROM decision_ids i USING gone WHERE i.decision_id = gone.decision_id),
      truth AS (DELETE FROM labels l USING gone WHERE l.decision_id = gone.decision_id)
    SELECT count(*) INTO row_count FROM gone;
  END IF;
  IF row_count > 0 THEN RETURN NEXT; END IF;
  FOR name IN
    SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = parent::regclass AND c.relname ~ '_[0-9]{4}_[0-9]{2}$' ORDER BY 1
  LOOP
    month_start := to_date(right(name, 7), 'YYYY_MM')::timestamp AT TIME ZONE 'UTC';
    month_end := (month_start AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
    CONTINUE WHEN month_end > cutoff;
    EXECUTE format('SELECT count(*) FROM %I', name) INTO row_count;
    IF parent = 'events' THEN
      DELETE FROM event_ids e WHERE e.occurred_at >= month_start AND e.occurred_at < month_end;
      DELETE FROM payments p WHERE p.occurred_at >= month_start AND p.occurred_at < month_end;
    ELSE
      DELETE FROM labels l USING decision_ids d
        WHERE l.decision_id = d.decision_id AND d.occurred_at >= month_start AND d.occurred_at < month_end;
      DELETE FROM decision_ids d WHERE d.occurred_at >= month_start AND d.occurred_at < month_end;
    END IF;
    -- Last, for it holds up everyone who reads or writes the parent.
    EXECUTE format('DROP TABLE %I', name);
    RETURN NEXT;
  END LOOP;
END $$;
--> statement-breakpoint
-- Makes this month of a parent, those ahead, and any month within the retention that waits in the default partition.
-- INVARIANT: whoever inserts into the parents holds (7341, 2) shared, taken before any other lock. An insert already on its way to the default partition
-- would otherwise wait for the move and then violate the constraint that the new month put on it. Two-key locks cannot meet those of event ids.
CREATE FUNCTION make_months(parent text, as_of timestamptz, months_ahead integer DEFAULT 3, retention_days integer DEFAULT 400)
RETURNS TABLE (name text, row_count bigint) LANGUAGE plpgsql AS $$
DECLARE
  this_month timestamp := date_trunc('month', as_of AT TIME ZONE 'UTC');
  month_start timestamptz;
BEGIN
  -- Rather try again at the next run than hold up recording.
  PERFORM set_config('lock_timeout', '5s', true);
  PERFORM pg_advisory_xact_lock(7341, 1);
  FOR month_start IN EXECUTE format(
    'SELECT ($1 + n * interval ''1 month'') AT TIME ZONE ''UTC'' FROM generate_series(0, $2) n
     UNION SELECT DISTINCT date_trunc(''month'', occurred_at AT TIME ZONE ''UTC'') AT TIME ZONE ''UTC'' FROM %I
       WHERE occurred_at >= $3 AND occurred_at < ($1 + ($2 + 1) * interval ''1 month'') AT TIME ZONE ''UTC'' ORDER BY 1', parent || '_default')
    USING this_month, months_ahead, as_of - make_interval(hours => retention_days * 24)
  LOOP
    name := parent || to_char(month_start AT TIME ZONE 'UTC', '_YYYY_MM');
    CONTINUE WHEN to_regclass(name) IS NOT NULL;
    PERFORM pg_advisory_xact_lock(7341, 2);
    row_count := make_month(parent, month_start);
    RETURN NEXT;
  END LOOP;
END $$;
--> statement-breakpoint
SELECT make_months('events', now());
--> statement-breakpoint
SELECT make_months('decisions', now());
