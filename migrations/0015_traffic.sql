CREATE TABLE "traffic_slots" (
	"livemode" boolean NOT NULL,
	"slot" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "traffic_slots_livemode_kind_slot_pk" PRIMARY KEY("livemode","kind","slot")
);
--> statement-breakpoint
CREATE INDEX "traffic_slots_slot" ON "traffic_slots" USING btree ("slot");--> statement-breakpoint
-- What an address or a device did besides paying: triggers look at it around each such event.
CREATE INDEX "events_ip_traffic" ON "events" USING btree ("ip_key","livemode","occurred_at" DESC NULLS FIRST) WHERE "events"."ip_key" is not null and "events"."type" in ('click', 'conversion', 'register', 'login', 'profile_change');--> statement-breakpoint
CREATE INDEX "events_device_traffic" ON "events" USING btree ("device_id","livemode","occurred_at" DESC NULLS FIRST) WHERE "events"."device_id" is not null and "events"."type" in ('click', 'conversion', 'register', 'login', 'profile_change');
