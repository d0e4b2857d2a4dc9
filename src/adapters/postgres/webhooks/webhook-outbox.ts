import { type SQL, sql } from "drizzle-orm";
import { eventRank } from "../../../core/webhooks/severity.ts";
import type { WebhookEvent } from "../../../core/webhooks/webhook-event.ts";
import type { WebhookOutbox } from "../../../ports/webhooks.ts";
import { ask, type Database } from "../database.ts";
import { toInstant } from "../instants.ts";
import { prepareChange } from "../staff-change.ts";
import { toStorableJson } from "../storable-json.ts";
import { addingDeliveries, addingEvents } from "./event-statements.ts";

/** Events for whoever subscribed, each with its deliveries in the same statement; one that nobody wants leaves no row. */
export function createWebhookOutbox(database: Database): WebhookOutbox {
  return {
    adding: (event) => prepareChange((when, own) => [addingEvents(rowsOf([event]), when), addingDeliveries(own(0))]),
    add: (events, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        if (events.length === 0) return;
        await session.execute(sql`with added as (${addingEvents(rowsOf(events), sql`true`)}) ${addingDeliveries(sql`added`)}`);
      }),
  };
}

function rowsOf(events: readonly WebhookEvent[]): SQL {
  const rows = events.map(({ id, type, livemode, atMs, data }) => ({
    livemode,
    id,
    type,
    occurred_at: toInstant(atMs),
    severity: eventRank(data),
    data,
  }));
  return sql`select * from json_to_recordset(${toStorableJson(rows)}::json)
    as r(livemode boolean, id text, type text, occurred_at timestamptz, severity smallint, data json)`;
}
