-- Decisions and bodies are compressed with lz4: pglz took a third of the time of recording. Rows written before stay readable as they are.
-- A server built without lz4 goes on with pglz.
DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT t.relid::regclass AS name, c.attname AS column_name
    FROM unnest(ARRAY['events', 'decisions']) AS parent, pg_partition_tree(parent::regclass) AS t
    JOIN pg_attribute c ON c.attrelid = t.relid
    WHERE c.attname IN ('body', 'answer', 'facts')
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET COMPRESSION lz4', wanted.name, wanted.column_name);
  END LOOP;
EXCEPTION
  WHEN feature_not_supported THEN RAISE NOTICE 'this server has no lz4: decisions are compressed with pglz';
END $$;
--> statement-breakpoint
-- As before (0001), and a new month takes its parent's compression.
CREATE OR REPLACE FUNCTION make_month(parent text, month_start timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  month_end timestamptz := (month_start AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
  name text := parent || to_char(month_start AT TIME ZONE 'UTC', '_YYYY_MM');
  moved bigint;
BEGIN
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE INCLUDING COMPRESSION)', name, parent);
  -- ATTACH takes this lock anyway; taking it before the move keeps a row of this month from arriving in between.
  EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', parent || '_default');
  EXECUTE format('WITH leaving AS (DELETE FROM %I WHERE occurred_at >= $1 AND occurred_at < $2 RETURNING *) INSERT INTO %I SELECT * FROM leaving',
    parent || '_default', name) USING month_start, month_end;
  GET DIAGNOSTICS moved = ROW_COUNT;
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, name, month_start, month_end);
  RETURN moved;
END $$;
