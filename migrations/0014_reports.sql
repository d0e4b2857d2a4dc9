CREATE TABLE "fraud_reports" (
	"id" text PRIMARY KEY NOT NULL,
	"livemode" boolean NOT NULL,
	"dedup_key" text NOT NULL,
	"type" text NOT NULL,
	"severity" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"origin" text NOT NULL,
	"entity_kind" text,
	"entity_value" text,
	"description" text NOT NULL,
	"rule_id" text,
	"deadline_at" timestamp (3) with time zone,
	"fallback" text,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"last_found_at" timestamp (3) with time zone NOT NULL,
	"findings" integer NOT NULL,
	"assignee" text,
	"notes" text DEFAULT '' NOT NULL,
	"resolution" text,
	"decided_by" text,
	"decided_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "report_decisions" (
	"report_id" text NOT NULL,
	"decision_id" text NOT NULL,
	CONSTRAINT "report_decisions_report_id_decision_id_pk" PRIMARY KEY("report_id","decision_id")
);
--> statement-breakpoint
CREATE TABLE "report_findings" (
	"id" text PRIMARY KEY NOT NULL,
	"report_id" text NOT NULL,
	"found_at" timestamp (3) with time zone NOT NULL,
	"severity" text NOT NULL,
	"description" text NOT NULL,
	"evidence" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "report_history" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"report_id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor" text NOT NULL,
	"actor_name" text,
	"action" text NOT NULL,
	"from_status" text,
	"to_status" text,
	"note" text,
	"changes" jsonb
);
--> statement-breakpoint
CREATE TABLE "report_related" (
	"report_id" text NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	CONSTRAINT "report_related_report_id_kind_value_pk" PRIMARY KEY("report_id","kind","value")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "fraud_reports_open" ON "fraud_reports" USING btree ("livemode","dedup_key") WHERE "fraud_reports"."status" in ('pending', 'reviewing');--> statement-breakpoint
CREATE INDEX "fraud_reports_newest" ON "fraud_reports" USING btree ("livemode","opened_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "fraud_reports_deadline" ON "fraud_reports" USING btree ("deadline_at") WHERE "fraud_reports"."status" in ('pending', 'reviewing') and "fraud_reports"."deadline_at" is not null;--> statement-breakpoint
CREATE INDEX "fraud_reports_rule" ON "fraud_reports" USING btree ("rule_id") WHERE "fraud_reports"."rule_id" is not null and "fraud_reports"."status" in ('pending', 'reviewing');--> statement-breakpoint
CREATE INDEX "report_decisions_decision" ON "report_decisions" USING btree ("decision_id");--> statement-breakpoint
CREATE INDEX "report_findings_report" ON "report_findings" USING btree ("report_id","found_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "report_history_report" ON "report_history" USING btree ("report_id","id");--> statement-breakpoint
CREATE INDEX "report_related_entity" ON "report_related" USING btree ("kind","value");
--> statement-breakpoint
-- The decisions behind a report as they are when this is called, and not when the statement around it began: volatile, so each query in it sees
-- what was committed meanwhile. Who closes a report locks its row first, and whoever adds to a report does so too: none is left out.
CREATE FUNCTION report_decisions_now(report text) RETURNS SETOF text LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT d.decision_id FROM report_decisions d WHERE d.report_id = report ORDER BY d.decision_id;
END $$;
