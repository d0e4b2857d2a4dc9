-- What a decision's rules asked to block; a decision that went around Redis brings it along.
ALTER TABLE "decisions" ADD COLUMN "automatic_blocks" jsonb;
--> statement-breakpoint
-- How often rules blocked an entity before.
CREATE INDEX "list_entries_by_rules" ON "list_entries" USING btree ("value","kind","livemode","created_at") WHERE "source" = 'auto';
--> statement-breakpoint
-- Who else was active on an address.
CREATE INDEX "events_ip_transactions" ON "events" USING btree ("ip_key","livemode","occurred_at" DESC) WHERE "ip_key" is not null and "type" = 'transaction';
