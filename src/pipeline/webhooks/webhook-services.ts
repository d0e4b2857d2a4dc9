import type { WebhookOutbox } from "../../ports/webhooks.ts";

/** What telling others uses: the outbox itself, which every part of the service adds to. */
export interface WebhookServices extends WebhookOutbox {}
