-- Beside the networks of a feed, so that a release that knows networks alone goes on reading and writing those.
CREATE TABLE "feed_decisions" (
	"feed" text NOT NULL,
	"generation" bigint NOT NULL,
	"scope" text NOT NULL,
	"value" text NOT NULL,
	"type" text NOT NULL,
	"role" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"network" "cidr" GENERATED ALWAYS AS (case when scope in ('ip', 'range') then value::cidr end) STORED,
	CONSTRAINT "feed_decisions_feed_generation_scope_value_type_pk" PRIMARY KEY("feed","generation","scope","value","type")
);
--> statement-breakpoint
CREATE INDEX "feed_decisions_network" ON "feed_decisions" USING btree ("network");
--> statement-breakpoint
-- A stream that is followed never tells again what was left out when it began.
UPDATE "feed_sources" SET "started_at" = null WHERE "format" = 'crowdsec';
