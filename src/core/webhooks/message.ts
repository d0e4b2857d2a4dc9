import type { WebhookEvent, WebhookType } from "./webhook-event.ts";

/** What a message may be about: what can be subscribed to, and the `ping` that staff send to try an endpoint. */
export type MessageType = WebhookType | "ping";

/** An event on its way to one endpoint. */
export interface Message extends Omit<WebhookEvent, "type"> {
  /** `webhook-id`: the same in every attempt; without a full stop, which separates the signed parts. */
  readonly message: string;
  readonly type: MessageType;
}
