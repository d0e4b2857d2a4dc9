ALTER TABLE "list_feeds" ADD COLUMN "category" text;
--> statement-breakpoint
ALTER TABLE "feed_entries" ADD COLUMN "country" text;
--> statement-breakpoint
CREATE TABLE "feed_sources" (
	"name" text PRIMARY KEY NOT NULL,
	"url" text NOT NULL,
	"format" text NOT NULL,
	"role" text NOT NULL,
	"category" text,
	"min_count" integer NOT NULL,
	"ttl" text,
	"interval_seconds" integer NOT NULL,
	"is_active" boolean NOT NULL,
	"version" integer NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"etag" text,
	"last_modified" text,
	"ran_at" timestamp (3) with time zone,
	"outcome" text,
	"failures" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE INDEX "feed_sources_due" ON "feed_sources" ("due_at") WHERE "is_active";
--> statement-breakpoint
CREATE TABLE "ip_analysis" (
	"livemode" boolean NOT NULL,
	"ip_key" text NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"events" bigint NOT NULL,
	"clients" integer NOT NULL,
	"devices" integer NOT NULL,
	"allowed" integer NOT NULL,
	"challenged" integer NOT NULL,
	"reviewed" integer NOT NULL,
	"blocked" integer NOT NULL,
	"logins" integer NOT NULL,
	"failed_logins" integer NOT NULL,
	"recent_decisions" double precision NOT NULL,
	"recent_held" double precision NOT NULL,
	"recent_blocked" double precision NOT NULL,
	"recent_logins" double precision NOT NULL,
	"recent_failed_logins" double precision NOT NULL,
	"changes" bigint NOT NULL,
	"lists" text[] DEFAULT '{}' NOT NULL,
	"risk_score" double precision DEFAULT 0 NOT NULL,
	CONSTRAINT "ip_analysis_pk" PRIMARY KEY("livemode","ip_key")
);
--> statement-breakpoint
CREATE INDEX "ip_analysis_risk" ON "ip_analysis" ("livemode","risk_score" DESC,"ip_key");
--> statement-breakpoint
CREATE INDEX "ip_analysis_last_seen" ON "ip_analysis" ("last_seen_at");
--> statement-breakpoint
-- Whom an address was seen with: a hash is enough to count each once.
CREATE TABLE "ip_parties" (
	"livemode" boolean NOT NULL,
	"ip_key" text NOT NULL,
	"kind" text NOT NULL,
	"party" bigint NOT NULL,
	CONSTRAINT "ip_parties_pk" PRIMARY KEY("livemode","ip_key","kind","party")
);
--> statement-breakpoint
CREATE TABLE "client_countries" (
	"livemode" boolean NOT NULL,
	"client_id" text NOT NULL,
	"country" text NOT NULL,
	"first_at" timestamp (3) with time zone NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "client_countries_pk" PRIMARY KEY("livemode","client_id","country")
);
--> statement-breakpoint
CREATE INDEX "client_countries_last" ON "client_countries" ("last_at");
