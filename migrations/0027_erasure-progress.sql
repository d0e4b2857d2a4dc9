-- How far an erasure is with the records outside its events; null before the first.
ALTER TABLE "erasures" ADD COLUMN "place" text;
--> statement-breakpoint
-- What stands under which name of a document: NAME_KINDS of src/core/privacy/personal-places.ts, which a test compares. A change needs the indexes anew.
CREATE FUNCTION entity_names() RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT '{"client":"client","clients":"client","client_id":"client","payer":"client","nameOrig":"client","dest":"dest","dests":"dest","dest_id":"dest","nameDest":"dest","device":"device","devices":"device","device_id":"device","ip":"ip","addresses":"ip","ip_address":"ip","ip_key":"ip","card":"card","cards":"card","card_token":"card","token":"card","email":"email","emails":"email","phone":"phone","phones":"phone","shipping":"shipping","description":"words","note":"words","notes":"words","resolution":"words","text":"words","title":"words"}'::jsonb
$$;
--> statement-breakpoint
CREATE FUNCTION entity_key(kind text, value text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT hashtextextended(kind || ':' || value, 0)
$$;
--> statement-breakpoint
-- Keys of the entities a document names, for an index: an erasure reads the rows that may name its client and no others. `{0}`: it cannot be read as JSON.
CREATE FUNCTION entity_keys(written text) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 SET search_path = public, pg_temp AS $$
DECLARE
  doc constant jsonb := parsed_json(written);
BEGIN
  IF doc IS NULL THEN
    RETURN '{0}';
  END IF;
  RETURN (SELECT coalesce(array_agg(DISTINCT entity_key(e.kind, e.value)), '{}') FROM entities_in(doc, entity_names()) e WHERE e.value IS NOT NULL);
END $$;
--> statement-breakpoint
CREATE INDEX "webhook_events_entities" ON "webhook_events" USING gin (entity_keys("data"::text));
--> statement-breakpoint
CREATE INDEX "dead_letters_entities" ON "dead_letters" USING gin (entity_keys("text"));
--> statement-breakpoint
CREATE INDEX "alerts_entities" ON "alerts" USING gin (entity_keys("details"::text));
--> statement-breakpoint
CREATE INDEX "report_findings_entities" ON "report_findings" USING gin (entity_keys("evidence"::text));
--> statement-breakpoint
CREATE INDEX "fraud_reports_entity" ON "fraud_reports" USING btree ("entity_kind","entity_value");
--> statement-breakpoint
CREATE INDEX "list_entries_value" ON "list_entries" USING btree ("kind","value");
--> statement-breakpoint
CREATE INDEX "list_entries_marked" ON "list_entries" USING btree ("kind","entity") WHERE "entity" is not null;
