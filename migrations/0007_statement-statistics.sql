-- The slowest statements (S1.13), where the server offers them; without, `GET /api/admin/db-health` says so. Values are not in them: statements are normalised.
DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
EXCEPTION
  WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR object_not_in_prerequisite_state THEN
    RAISE NOTICE 'pg_stat_statements is not offered here: %', SQLERRM;
END $$;
--> statement-breakpoint
-- Without this the application's role sees the text of its own statements only.
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tollgate_app') THEN
    GRANT pg_read_all_stats TO tollgate_app;
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN RAISE NOTICE 'tollgate_app reads the statistics of its own statements only: %', SQLERRM;
END $$;
