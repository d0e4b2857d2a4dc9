CREATE TABLE "audit_head" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_head_one" CHECK ("audit_head"."one")
);
--> statement-breakpoint
CREATE TABLE "audit_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"subject" text NOT NULL,
	"wrapped" text NOT NULL,
	"master" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"world" text NOT NULL,
	"actor" text NOT NULL,
	"role" text,
	"action" text NOT NULL,
	"target" text NOT NULL,
	"success" boolean NOT NULL,
	"request_id" text NOT NULL,
	"details" text NOT NULL,
	"sealed" text NOT NULL,
	"previous" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE INDEX "audit_keys_subject" ON "audit_keys" USING btree ("subject");--> statement-breakpoint
CREATE UNIQUE INDEX "audit_log_id" ON "audit_log" USING btree ("id");--> statement-breakpoint
CREATE INDEX "audit_log_time" ON "audit_log" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "audit_log_actor" ON "audit_log" USING btree ("actor","seq");--> statement-breakpoint
CREATE INDEX "audit_log_action" ON "audit_log" USING btree ("action","seq");--> statement-breakpoint
CREATE INDEX "audit_log_target" ON "audit_log" USING btree ("target","seq");--> statement-breakpoint
INSERT INTO audit_head (one, seq, hash) VALUES (true, 0, repeat('0', 64));
--> statement-breakpoint
-- One field of what is hashed: its length in bytes and its text, so that no two rows read alike. src/core/audit/chain.ts computes the same.
CREATE FUNCTION audit_field(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(octet_length(value)::text || ':' || value, '-')
$$;
--> statement-breakpoint
-- Appends rows and their data keys, one chain whoever calls: the head's row is locked to the end of the transaction, so it is taken last.
-- A row whose id is known is left out. Gives the seq of the chain's end.
CREATE FUNCTION append_audit(entries json, keys json) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  head audit_head%ROWTYPE;
  e record;
  row_hash text;
BEGIN
  SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
  INSERT INTO audit_keys (id, subject, wrapped, master)
    SELECT k.id, k.subject, k.wrapped, k.master FROM json_to_recordset(keys) AS k(id text, subject text, wrapped text, master text)
    ON CONFLICT (id) DO NOTHING;
  FOR e IN
    SELECT * FROM json_to_recordset(entries) AS r(id text, "atMs" bigint, world text, actor text, role text, action text, target text, success boolean,
      "requestId" text, details text, sealed text)
  LOOP
    CONTINUE WHEN EXISTS (SELECT FROM audit_log l WHERE l.id = e.id);
    row_hash := encode(sha256(convert_to(head.hash || audit_field((head.seq + 1)::text) || audit_field(e.id) || audit_field(e."atMs"::text)
      || audit_field(e.world) || audit_field(e.actor) || audit_field(e.role) || audit_field(e.action) || audit_field(e.target)
      || audit_field(e.success::text) || audit_field(e."requestId") || audit_field(e.details) || audit_field(e.sealed), 'UTF8')), 'hex');
    INSERT INTO audit_log (seq, id, occurred_at, world, actor, role, action, target, success, request_id, details, sealed, previous, hash)
      VALUES (head.seq + 1, e.id, to_timestamp(e."atMs" / 1000.0), e.world, e.actor, e.role, e.action, e.target, e.success, e."requestId", e.details, e.sealed,
        head.hash, row_hash);
    head.seq := head.seq + 1;
    head.hash := row_hash;
  END LOOP;
  UPDATE audit_head SET seq = head.seq, hash = head.hash;
  RETURN head.seq;
END $$;
--> statement-breakpoint
-- Forgets a person in the audit log: what was sealed under these keys can be read by nobody, and the chain, which covers the ciphertext, stays whole.
CREATE FUNCTION erase_audit_subject(person text) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH gone AS (DELETE FROM audit_keys WHERE subject = person RETURNING 1) SELECT count(*) FROM gone
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION append_audit(json, json), erase_audit_subject(text) FROM PUBLIC;
--> statement-breakpoint
-- What changes tables themselves runs as their owner, whoever calls it.
ALTER FUNCTION make_months(text, timestamptz, integer, integer) SECURITY DEFINER SET search_path = public, pg_temp;
--> statement-breakpoint
ALTER FUNCTION drop_expired(text, timestamptz, integer) SECURITY DEFINER SET search_path = public, pg_temp;
--> statement-breakpoint
ALTER FUNCTION refresh_client_statistics(text) SECURITY DEFINER SET search_path = public, pg_temp;
--> statement-breakpoint
-- The role an application connects as: it reads and writes every table, but the audit log only through the functions above.
-- Roles belong to the whole cluster and making one needs a right of its own; without it an operator makes the role and grants the same.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tollgate_app') THEN
    CREATE ROLE tollgate_app NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN RAISE NOTICE 'the role tollgate_app was not made: no right to make roles';
END $$;
--> statement-breakpoint
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tollgate_app') THEN
    GRANT USAGE ON SCHEMA public TO tollgate_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tollgate_app;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO tollgate_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tollgate_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO tollgate_app;
    REVOKE ALL ON audit_log, audit_head, audit_keys FROM tollgate_app;
    GRANT SELECT ON audit_log, audit_head, audit_keys TO tollgate_app;
    GRANT EXECUTE ON FUNCTION append_audit(json, json), erase_audit_subject(text) TO tollgate_app;
  END IF;
END $$;
