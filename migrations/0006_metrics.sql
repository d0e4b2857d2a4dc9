CREATE TABLE "metric_counters" (
	"name" text NOT NULL,
	"labels" text[] NOT NULL,
	"value" double precision NOT NULL,
	CONSTRAINT "metric_counters_name_labels_pk" PRIMARY KEY("name","labels")
);
