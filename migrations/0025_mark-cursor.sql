-- Entries of all kinds are noted under their version: marks are written from there, each change once.
CREATE OR REPLACE FUNCTION count_list_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  reached bigint;
BEGIN
  IF EXISTS (SELECT FROM changed) THEN
    UPDATE list_state SET version = version + 1 RETURNING version INTO reached;
    INSERT INTO list_changes (livemode, version, number) SELECT livemode, reached, number FROM changed;
  END IF;
  RETURN NULL;
END $$;
