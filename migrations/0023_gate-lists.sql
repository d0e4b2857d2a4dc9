-- Isolates know an entry by its number. The compiled base has feeds alone from now on.
ALTER TABLE "list_entries" ADD COLUMN "number" integer GENERATED ALWAYS AS IDENTITY;
--> statement-breakpoint
ALTER TABLE "list_entries" DROP COLUMN "in_base";
--> statement-breakpoint
ALTER TABLE "list_entries" DROP COLUMN "base_number";
--> statement-breakpoint
CREATE UNIQUE INDEX "list_entries_number" ON "list_entries" USING btree ("number");
--> statement-breakpoint
CREATE INDEX "list_entries_listed" ON "list_entries" USING btree ("livemode","number") WHERE "is_active" and "kind" in ('ip', 'asn', 'country', 'email_domain');
--> statement-breakpoint
CREATE INDEX "list_entries_singles" ON "list_entries" USING btree ("livemode","verdict") WHERE "is_active" and "kind" = 'ip' and "entity" is not null and "rules" is null;
--> statement-breakpoint
CREATE TABLE "list_changes" (
	"livemode" boolean NOT NULL,
	"version" bigint NOT NULL,
	"number" integer NOT NULL,
	CONSTRAINT "list_changes_livemode_version_number_pk" PRIMARY KEY("livemode","version","number")
);
--> statement-breakpoint
ALTER TABLE "list_state" ADD COLUMN "base_parts" text[] DEFAULT '{}' NOT NULL;
--> statement-breakpoint
ALTER TABLE "list_state" ADD COLUMN "live_floor" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "list_state" ADD COLUMN "test_floor" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
UPDATE "list_state" SET "live_floor" = "version", "test_floor" = "version",
  "base_parts" = case when "base_hash" is null then '{}' else array["base_hash"] end,
  "base_feeds_version" = case when "base_hash" is null then "base_feeds_version" else -1 end,
  "base_wanted" = "base_wanted" or "base_hash" is not null;
--> statement-breakpoint
-- Whoever changes an entry moves the version on and notes the entry under it, in the same transaction: a reader that sees a version sees everything
-- up to it. The row of the state is locked until then, so that versions become visible in order.
CREATE OR REPLACE FUNCTION count_list_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  reached bigint;
BEGIN
  IF EXISTS (SELECT FROM changed) THEN
    UPDATE list_state SET version = version + 1 RETURNING version INTO reached;
    INSERT INTO list_changes (livemode, version, number)
      SELECT livemode, reached, number FROM changed WHERE kind IN ('ip', 'asn', 'country', 'email_domain');
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TABLE "gate_refusal_batches" (
	"id" text PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gate_refusals" (
	"batch" text NOT NULL,
	"place" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"reference" text NOT NULL,
	"treatment" text NOT NULL,
	"host" text NOT NULL,
	"path" text NOT NULL,
	"entry" text NOT NULL,
	"country" text,
	"asn" bigint,
	CONSTRAINT "gate_refusals_batch_place_pk" PRIMARY KEY("batch","place")
);
--> statement-breakpoint
CREATE INDEX "gate_refusals_reference" ON "gate_refusals" USING btree ("reference");
--> statement-breakpoint
CREATE INDEX "gate_refusals_at" ON "gate_refusals" USING btree ("at");
--> statement-breakpoint
CREATE TABLE "gate_refusal_totals" (
	"hour" timestamp (3) with time zone NOT NULL,
	"treatment" text NOT NULL,
	"entry" text NOT NULL,
	"path" text NOT NULL,
	"country" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "gate_refusal_totals_hour_treatment_entry_path_country_pk" PRIMARY KEY("hour","treatment","entry","path","country")
);
