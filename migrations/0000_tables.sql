CREATE TABLE "api_keys" (
	"digest" text PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"world" text NOT NULL,
	"prefix" text NOT NULL,
	"last4" text NOT NULL,
	"requests_per_minute" integer,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "behavioral_patterns" (
	"livemode" boolean NOT NULL,
	"client_id" text NOT NULL,
	"avg_login_interval" double precision,
	"std_login_interval" double precision,
	"var_login_interval" double precision,
	"coef_variation_login_interval" double precision,
	"fano_factor_login_interval" double precision,
	"zscore_avg_login_interval_7d" double precision,
	"is_outlier_flag" boolean NOT NULL,
	"login_frequency_7d" integer NOT NULL,
	"login_frequency_30d" integer NOT NULL,
	"last_updated" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "behavioral_patterns_client_id_livemode_pk" PRIMARY KEY("client_id","livemode")
);
--> statement-breakpoint
CREATE TABLE "user_profiles" (
	"livemode" boolean NOT NULL,
	"client_id" text NOT NULL,
	"attributes" jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "user_profiles_client_id_livemode_pk" PRIMARY KEY("client_id","livemode")
);
--> statement-breakpoint
CREATE TABLE "view_refreshes" (
	"view" text PRIMARY KEY NOT NULL,
	"refreshed_at" timestamp (3) with time zone NOT NULL,
	"time_zone" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contents" (
	"hash" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"text" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "manifests" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"content" json NOT NULL,
	"author" text NOT NULL,
	"message" text NOT NULL,
	"parent" bigint,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dead_letters" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"text" text NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "daily_counters" (
	"livemode" boolean NOT NULL,
	"day" date NOT NULL,
	"decisions" bigint NOT NULL,
	"fraud" bigint NOT NULL,
	"allowed" bigint NOT NULL,
	"challenged" bigint NOT NULL,
	"reviewed" bigint NOT NULL,
	"blocked" bigint NOT NULL,
	"last_decided_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "daily_counters_livemode_day_pk" PRIMARY KEY("livemode","day")
);
--> statement-breakpoint
CREATE TABLE "decision_ids" (
	"livemode" boolean NOT NULL,
	"transaction_id" text NOT NULL,
	"stage" text NOT NULL,
	"decision_id" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone NOT NULL,
	"outcome" text NOT NULL,
	CONSTRAINT "decision_ids_transaction_id_livemode_stage_pk" PRIMARY KEY("transaction_id","livemode","stage")
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"livemode" boolean NOT NULL,
	"decision_id" text NOT NULL,
	"transaction_id" text NOT NULL,
	"stage" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone NOT NULL,
	"outcome" text NOT NULL,
	"risk_score" double precision NOT NULL,
	"risk_level" text NOT NULL,
	"probability" double precision NOT NULL,
	"is_fraud" boolean NOT NULL,
	"model" text,
	"model_version" text,
	"versions" jsonb NOT NULL,
	"degraded" text[] NOT NULL,
	"out_of_range" text[] NOT NULL,
	"recovered" boolean NOT NULL,
	"body_hash" text NOT NULL,
	"answer" jsonb NOT NULL,
	"facts" jsonb NOT NULL,
	CONSTRAINT "decisions_decision_id_occurred_at_pk" PRIMARY KEY("decision_id","occurred_at")
) PARTITION BY RANGE ("occurred_at");
--> statement-breakpoint
CREATE TABLE "labels" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"decision_id" text NOT NULL,
	"label" text NOT NULL,
	"source" text NOT NULL,
	"labelled_by" text NOT NULL,
	"labelled_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "event_ids" (
	"livemode" boolean NOT NULL,
	"id" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "event_ids_id_livemode_pk" PRIMARY KEY("id","livemode")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"livemode" boolean NOT NULL,
	"id" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"stage" text NOT NULL,
	"type" text NOT NULL,
	"transaction_type" text,
	"status" text NOT NULL,
	"amount_minor" bigint,
	"currency" text NOT NULL,
	"currency_exponent" smallint NOT NULL,
	"client_id" text,
	"dest_id" text,
	"device_id" text,
	"ip" "inet",
	"ip_key" text,
	"card" text,
	"email" text,
	"phone" text,
	"shipping" text,
	"city" text,
	"bin" text,
	"merchant_1" text,
	"merchant_2" text,
	"latitude" double precision,
	"longitude" double precision,
	"request_id" text,
	"body_hash" text NOT NULL,
	"velocity_pending" boolean NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "events_id_livemode_occurred_at_pk" PRIMARY KEY("id","livemode","occurred_at")
) PARTITION BY RANGE ("occurred_at");
--> statement-breakpoint
CREATE TABLE "payments" (
	"livemode" boolean NOT NULL,
	"transaction_id" text NOT NULL,
	"payment_id" text NOT NULL,
	"status" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "payments_transaction_id_livemode_payment_id_pk" PRIMARY KEY("transaction_id","livemode","payment_id")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_id" ON "api_keys" USING btree ("id");--> statement-breakpoint
CREATE INDEX "dead_letters_created" ON "dead_letters" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "decision_ids_decision" ON "decision_ids" USING btree ("decision_id");--> statement-breakpoint
CREATE INDEX "decisions_decided" ON "decisions" USING btree ("livemode","decided_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "labels_decision" ON "labels" USING btree ("decision_id","labelled_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE UNIQUE INDEX "labels_once" ON "labels" USING btree ("decision_id","labelled_at","label","source","labelled_by");--> statement-breakpoint
CREATE INDEX "events_client_time" ON "events" USING btree ("client_id","livemode","occurred_at" DESC NULLS FIRST) WHERE "events"."client_id" is not null;--> statement-breakpoint
CREATE INDEX "events_dest_time" ON "events" USING btree ("dest_id","livemode","occurred_at" DESC NULLS FIRST) WHERE "events"."dest_id" is not null;--> statement-breakpoint
CREATE INDEX "events_client_dest" ON "events" USING btree ("client_id","dest_id","livemode") WHERE "events"."client_id" is not null and "events"."dest_id" is not null;--> statement-breakpoint
CREATE INDEX "events_velocity_pending" ON "events" USING btree ("received_at") WHERE "events"."velocity_pending";