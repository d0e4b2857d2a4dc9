CREATE TABLE "list_entries" (
	"id" text PRIMARY KEY NOT NULL,
	"livemode" boolean NOT NULL,
	"verdict" text NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"entity" text,
	"network" inet GENERATED ALWAYS AS (case when kind = 'ip' then value::inet end) STORED,
	"reason" text NOT NULL,
	"source" text NOT NULL,
	"rules" text[],
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"is_active" boolean DEFAULT true NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended_by" text,
	"version" integer DEFAULT 1 NOT NULL,
	"report_id" text,
	"decision_id" text,
	"rule_id" text,
	"in_base" integer,
	"base_number" integer,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "list_entries_rules" CHECK ("rules" is null or "verdict" = 'allow')
);
--> statement-breakpoint
CREATE UNIQUE INDEX "list_entries_active" ON "list_entries" USING btree ("livemode","kind","value","verdict","source") WHERE "is_active";
--> statement-breakpoint
CREATE INDEX "list_entries_entity" ON "list_entries" USING btree ("kind","entity","livemode") WHERE "is_active";
--> statement-breakpoint
CREATE INDEX "list_entries_changed" ON "list_entries" USING btree ("changed_at");
--> statement-breakpoint
CREATE INDEX "list_entries_network" ON "list_entries" USING btree ("network") WHERE "is_active";
--> statement-breakpoint
CREATE INDEX "list_entries_newest" ON "list_entries" USING btree ("created_at","id");
--> statement-breakpoint
CREATE INDEX "list_entries_expiry" ON "list_entries" USING btree ("expires_at") WHERE "is_active";
--> statement-breakpoint
CREATE TABLE "list_feeds" (
	"name" text PRIMARY KEY NOT NULL,
	"role" text NOT NULL,
	"format" text NOT NULL,
	"origin" text,
	"min_count" integer NOT NULL,
	"entries" integer NOT NULL,
	"generation" bigint NOT NULL,
	"imported_at" timestamp (3) with time zone NOT NULL,
	"imported_by" text NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "feed_entries" (
	"feed" text NOT NULL,
	"generation" bigint NOT NULL,
	"network" "cidr" NOT NULL,
	"count" integer,
	"expires_at" timestamp (3) with time zone,
	CONSTRAINT "feed_entries_feed_generation_network_pk" PRIMARY KEY("feed","generation","network")
);
--> statement-breakpoint
CREATE INDEX "feed_entries_network" ON "feed_entries" USING btree ("network");
--> statement-breakpoint
CREATE TABLE "named_lists" (
	"name" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"description" text NOT NULL,
	"hash" text NOT NULL,
	"entries" integer NOT NULL,
	"version" integer NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "list_state" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"feeds_version" bigint DEFAULT 0 NOT NULL,
	"base_hash" text,
	"base_built_at" timestamp (3) with time zone,
	"base_feeds_version" bigint DEFAULT 0 NOT NULL,
	"base_wanted" boolean DEFAULT false NOT NULL,
	CONSTRAINT "list_state_one" CHECK ("one")
);
--> statement-breakpoint
INSERT INTO "list_state" DEFAULT VALUES;
--> statement-breakpoint
-- Whoever changes an entry moves the version on, in the same transaction: a reader that sees a version sees everything up to it.
CREATE FUNCTION count_list_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM changed) THEN
    UPDATE list_state SET version = version + 1;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER list_entries_added AFTER INSERT ON "list_entries"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_list_change();
--> statement-breakpoint
CREATE TRIGGER list_entries_changed AFTER UPDATE ON "list_entries"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_list_change();
--> statement-breakpoint
CREATE TRIGGER list_entries_removed AFTER DELETE ON "list_entries"
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_list_change();
