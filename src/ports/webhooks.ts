import type { WebhookEvent } from "../core/webhooks/webhook-event.ts";
import type { Answer } from "./answer.ts";
import type { StaffChange } from "./staff-writes.ts";

/** Where events wait to be delivered. An event whose id is known is left out, so it may be added again. */
export interface WebhookOutbox {
  /** For `StaffWrite.also`: added with a staff action's change, or not at all. */
  adding(event: WebhookEvent): StaffChange;
  add(events: readonly WebhookEvent[], budgetMs: number): Answer<void>;
}
