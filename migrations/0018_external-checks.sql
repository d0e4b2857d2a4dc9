CREATE TABLE "external_checks" (
	"name" text PRIMARY KEY NOT NULL,
	"description" text NOT NULL,
	"is_active" boolean NOT NULL,
	"settings" json NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "external_check_counters" (
	"service" text NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"outcome" text NOT NULL,
	"calls" bigint NOT NULL,
	"total_ms" double precision NOT NULL,
	CONSTRAINT "external_check_counters_service_hour_outcome_pk" PRIMARY KEY("service","hour","outcome")
);
