CREATE TABLE "unmatched_calls" (
	"slot" timestamp (3) with time zone NOT NULL,
	"network" text NOT NULL,
	"calls" bigint NOT NULL,
	"limited" bigint NOT NULL,
	"request_id" text NOT NULL,
	CONSTRAINT "unmatched_calls_slot_network_pk" PRIMARY KEY("slot","network")
);
