CREATE TABLE "version_counters" (
	"livemode" boolean NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"seq" bigint NOT NULL,
	"ruleset" text NOT NULL,
	"type" text NOT NULL,
	"kind" text NOT NULL,
	"decisions" bigint NOT NULL,
	"blocked" bigint NOT NULL,
	"held_back" bigint NOT NULL,
	CONSTRAINT "version_counters_livemode_hour_seq_ruleset_type_kind_pk" PRIMARY KEY("livemode","hour","seq","ruleset","type","kind")
);
--> statement-breakpoint
CREATE TABLE "rule_counters" (
	"livemode" boolean NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"seq" bigint NOT NULL,
	"rule" text NOT NULL,
	"acted" bigint NOT NULL,
	"shadowed" bigint NOT NULL,
	"unknown" bigint NOT NULL,
	"errors" bigint NOT NULL,
	"blocked" bigint NOT NULL,
	"stopped_minor" bigint NOT NULL,
	CONSTRAINT "rule_counters_livemode_hour_seq_rule_pk" PRIMARY KEY("livemode","hour","seq","rule")
);
--> statement-breakpoint
CREATE TABLE "block_rate_slots" (
	"livemode" boolean NOT NULL,
	"seq" bigint NOT NULL,
	"slot" timestamp (3) with time zone NOT NULL,
	"decisions" bigint NOT NULL,
	"blocked" bigint NOT NULL,
	CONSTRAINT "block_rate_slots_livemode_seq_slot_pk" PRIMARY KEY("livemode","seq","slot")
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"livemode" boolean NOT NULL,
	"kind" text NOT NULL,
	"severity" text NOT NULL,
	"dedup_key" text NOT NULL,
	"title" text NOT NULL,
	"details" jsonb NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"snoozed_until" timestamp (3) with time zone,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"times_seen" bigint DEFAULT 1 NOT NULL,
	"handled_by" text,
	"handled_at" timestamp (3) with time zone,
	"note" text,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE INDEX "block_rate_slots_slot" ON "block_rate_slots" USING btree ("slot");--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_unresolved" ON "alerts" USING btree ("livemode","dedup_key") WHERE "alerts"."status" <> 'resolved';--> statement-breakpoint
CREATE INDEX "alerts_last_seen" ON "alerts" USING btree ("last_seen_at");--> statement-breakpoint
-- Labels of a period, with what the rules had said to those decisions.
CREATE INDEX "labels_time" ON "labels" USING btree ("labelled_at");
