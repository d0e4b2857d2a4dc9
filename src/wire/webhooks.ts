import type { Database } from "../adapters/postgres/database.ts";
import { createWebhookOutbox } from "../adapters/postgres/webhooks/webhook-outbox.ts";
import type { WebhookServices } from "../pipeline/webhooks/webhook-services.ts";

/** Telling others of what happened, over this deployment's stores. */
export function createWebhooks(deps: { readonly database: Database }): WebhookServices {
  return createWebhookOutbox(deps.database);
}
