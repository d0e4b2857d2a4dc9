CREATE TABLE "erasures" (
	"id" text PRIMARY KEY NOT NULL,
	"subject" text NOT NULL,
	"client_id" text,
	"pseudonym" text NOT NULL,
	"status" text NOT NULL,
	"before_at" timestamp (3) with time zone NOT NULL,
	"requested_by" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"counts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"leased_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "erasure_identifiers" (
	"erasure_id" text NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"is_own" boolean,
	CONSTRAINT "erasure_identifiers_erasure_id_kind_value_pk" PRIMARY KEY("erasure_id","kind","value")
);
--> statement-breakpoint
CREATE TABLE "erasure_holds" (
	"erasure_id" text NOT NULL,
	"kind" text NOT NULL,
	"record_id" text NOT NULL,
	"reason" text NOT NULL,
	"until_at" timestamp (3) with time zone NOT NULL,
	"released_at" timestamp (3) with time zone,
	CONSTRAINT "erasure_holds_erasure_id_kind_record_id_pk" PRIMARY KEY("erasure_id","kind","record_id")
);
--> statement-breakpoint
CREATE TABLE "consents" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"livemode" boolean NOT NULL,
	"client_id" text NOT NULL,
	"purpose" text NOT NULL,
	"granted" boolean NOT NULL,
	"given_at" timestamp (3) with time zone NOT NULL,
	"source" text NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "erasure_identifiers" ADD CONSTRAINT "erasure_identifiers_erasure_id_erasures_id_fk" FOREIGN KEY ("erasure_id") REFERENCES "public"."erasures"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "erasure_holds" ADD CONSTRAINT "erasure_holds_erasure_id_erasures_id_fk" FOREIGN KEY ("erasure_id") REFERENCES "public"."erasures"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "erasures_running" ON "erasures" USING btree ("subject") WHERE "erasures"."status" = 'running';--> statement-breakpoint
CREATE INDEX "erasures_subject" ON "erasures" USING btree ("subject","requested_at");--> statement-breakpoint
CREATE INDEX "erasure_holds_due" ON "erasure_holds" USING btree ("until_at") WHERE "erasure_holds"."released_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "consents_once" ON "consents" USING btree ("client_id","livemode","purpose","given_at","granted","source");--> statement-breakpoint
-- Guests under an erased client's e-mail address.
CREATE INDEX "events_guest_email" ON "events" USING btree ("email","livemode") WHERE "events"."client_id" is null and "events"."email" is not null;
--> statement-breakpoint
-- Of values by name what says nothing about who it was: numbers and yes or no, but no places and telephone numbers.
CREATE FUNCTION impersonal(held jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_object_agg(key, value) FILTER (WHERE jsonb_typeof(value) IN ('number', 'boolean')
    AND key !~ '(^|_)(lat|latitude|lon|lng|longitude|phone|zip|postal_code|birth|birthday)(_|$)'), '{}')
  FROM jsonb_each(CASE WHEN jsonb_typeof(held) = 'object' THEN held ELSE '{}' END)
$$;
--> statement-breakpoint
-- A name as it stands inside JSON text, without its quotes; null for what may be part of a number and must be a text of its own to be found.
CREATE FUNCTION name_in_text(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN length(name) >= 5 AND name !~ '^[-+]?[0-9]*[.]?[0-9]*$' THEN substr(to_json(name)::text, 2, length(to_json(name)::text) - 2) END
$$;
--> statement-breakpoint
CREATE FUNCTION names_any(written text, names text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT EXISTS (SELECT FROM unnest(names) AS name
    WHERE strpos(written, to_json(name)::text) > 0 OR coalesce(strpos(written, name_in_text(name)) > 0, false))
$$;
--> statement-breakpoint
-- JSON text (or any other) with a pseudonym in the place of each name; what was JSON stays JSON.
CREATE FUNCTION erase_names(written text, names text[], pseudonym text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY names LOOP
    written := replace(written, to_json(name)::text, to_json(pseudonym)::text);
    IF name_in_text(name) IS NOT NULL THEN
      written := replace(written, name_in_text(name), pseudonym);
    END IF;
  END LOOP;
  RETURN written;
END $$;
--> statement-breakpoint
-- The audit log's retention: rows stay, for the chain covers them; the keys of what is personal in old ones go.
CREATE FUNCTION expire_audit_keys(made_before timestamptz, most integer) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH due AS (SELECT id FROM audit_keys WHERE created_at < made_before AND made_before <= now() - interval '365 days' LIMIT most),
    gone AS (DELETE FROM audit_keys k USING due WHERE k.id = due.id RETURNING 1)
  SELECT count(*) FROM gone
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION expire_audit_keys(timestamptz, integer) FROM PUBLIC;
--> statement-breakpoint
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tollgate_app') THEN
    GRANT EXECUTE ON FUNCTION expire_audit_keys(timestamptz, integer) TO tollgate_app;
  END IF;
END $$;
