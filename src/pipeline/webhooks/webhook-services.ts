import type { SecretBox } from "../../core/webhooks/secret-box.ts";
import type { DeliveryStore, EndpointStore, NameResolver, WebhookOutbox, WebhookSender } from "../../ports/webhooks.ts";

/** What telling others uses: the outbox itself, which every part of the service adds to, and what delivers from it. */
export interface WebhookServices extends WebhookOutbox {
  readonly endpoints: EndpointStore;
  readonly deliveries: DeliveryStore;
  readonly secrets: SecretBox;
  readonly sender: WebhookSender;
  readonly names: NameResolver;
  /** Whether `http://127.0.0.1` may be told, as on a local stack. */
  readonly allowsLocal: boolean;
  /** In [0, 1). */
  readonly random: () => number;
  /** Wakes whoever delivers, at most once a second per isolate. */
  readonly wake: () => Promise<void>;
}
