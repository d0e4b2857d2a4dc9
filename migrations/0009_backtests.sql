CREATE TABLE "backtests" (
	"id" text PRIMARY KEY NOT NULL,
	"livemode" boolean NOT NULL,
	"status" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"from_at" timestamp (3) with time zone NOT NULL,
	"to_at" timestamp (3) with time zone NOT NULL,
	"max_decisions" bigint NOT NULL,
	"message" text NOT NULL,
	"author" text NOT NULL,
	"ruleset" text NOT NULL,
	"features" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"touched_at" timestamp (3) with time zone NOT NULL,
	"done" bigint DEFAULT 0 NOT NULL,
	"total" bigint NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"tally" json,
	"cursor_at" timestamp (3) with time zone,
	"cursor_id" text,
	"result" json,
	"error" text
);
--> statement-breakpoint
CREATE INDEX "backtests_created" ON "backtests" USING btree ("livemode","created_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "backtests_touched" ON "backtests" USING btree ("status","touched_at");
