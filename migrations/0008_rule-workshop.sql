ALTER TABLE "manifests" ADD COLUMN "kind" text DEFAULT 'publish' NOT NULL;--> statement-breakpoint
ALTER TABLE "manifests" ADD COLUMN "source" text;--> statement-breakpoint
CREATE TABLE "rule_draft" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"version" integer NOT NULL,
	"base_seq" bigint NOT NULL,
	"sources" text NOT NULL,
	"is_edited" boolean NOT NULL,
	"updated_by" text NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "rule_draft_one" CHECK ("rule_draft"."one")
);
--> statement-breakpoint
CREATE TABLE "rule_approvals" (
	"id" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"base_seq" bigint NOT NULL,
	"sources" text NOT NULL,
	"message" text NOT NULL,
	"author_id" text NOT NULL,
	"author_name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"decided_by_id" text,
	"decided_by_name" text,
	"decided_at" timestamp (3) with time zone,
	"note" text DEFAULT '' NOT NULL,
	"seq" bigint
);
--> statement-breakpoint
CREATE INDEX "rule_approvals_time" ON "rule_approvals" USING btree ("created_at");
