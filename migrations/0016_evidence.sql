CREATE TABLE "evidence_records" (
	"livemode" boolean NOT NULL,
	"transaction_id" text NOT NULL,
	"client_id" text,
	"chargeback_id" text,
	"chargeback_at" timestamp (3) with time zone,
	"reason_code" text,
	"snapshot" json,
	"snapshot_at" timestamp (3) with time zone,
	"snapshot_sha256" text,
	"delivery" jsonb NOT NULL,
	"hold_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"version" integer NOT NULL,
	CONSTRAINT "evidence_records_transaction_id_livemode_pk" PRIMARY KEY("transaction_id","livemode")
);
--> statement-breakpoint
CREATE TABLE "customer_communications" (
	"id" text PRIMARY KEY NOT NULL,
	"livemode" boolean NOT NULL,
	"transaction_id" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"channel" text NOT NULL,
	"direction" text NOT NULL,
	"text" text NOT NULL,
	"added_at" timestamp (3) with time zone NOT NULL,
	"added_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "evidence_files" (
	"id" text PRIMARY KEY NOT NULL,
	"livemode" boolean NOT NULL,
	"transaction_id" text NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"content_type" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"note" text,
	"object_key" text NOT NULL,
	"master" text NOT NULL,
	"wrapped" text NOT NULL,
	"added_at" timestamp (3) with time zone NOT NULL,
	"added_by" text NOT NULL,
	"removed_at" timestamp (3) with time zone,
	"removed_by" text,
	"version" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "evidence_uploads" (
	"object_key" text PRIMARY KEY NOT NULL,
	"began_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "customer_communications" ADD CONSTRAINT "customer_communications_transaction_id_livemode_evidence_records_transaction_id_livemode_fk" FOREIGN KEY ("transaction_id","livemode") REFERENCES "public"."evidence_records"("transaction_id","livemode") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence_files" ADD CONSTRAINT "evidence_files_transaction_id_livemode_evidence_records_transaction_id_livemode_fk" FOREIGN KEY ("transaction_id","livemode") REFERENCES "public"."evidence_records"("transaction_id","livemode") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "evidence_records_client" ON "evidence_records" USING btree ("client_id","livemode") WHERE "evidence_records"."client_id" is not null;--> statement-breakpoint
CREATE INDEX "evidence_records_created" ON "evidence_records" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "customer_communications_transaction" ON "customer_communications" USING btree ("transaction_id","livemode");--> statement-breakpoint
CREATE INDEX "evidence_files_transaction" ON "evidence_files" USING btree ("transaction_id","livemode");--> statement-breakpoint
CREATE INDEX "evidence_uploads_began" ON "evidence_uploads" USING btree ("began_at");
