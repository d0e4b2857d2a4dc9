import type { Database } from "../adapters/postgres/database.ts";
import { createDeliveryStore } from "../adapters/postgres/webhooks/delivery-store.ts";
import { createEndpointStore } from "../adapters/postgres/webhooks/endpoint-store.ts";
import { createWebhookOutbox } from "../adapters/postgres/webhooks/webhook-outbox.ts";
import { createNameResolver } from "../adapters/webhooks/name-resolver.ts";
import { createWebhookSender } from "../adapters/webhooks/webhook-sender.ts";
import { createMasterKeys } from "../core/audit/master-keys.ts";
import { createSecretBox } from "../core/webhooks/secret-box.ts";
import type { Config } from "../env.ts";
import { createWake } from "../pipeline/wake.ts";
import type { WebhookServices } from "../pipeline/webhooks/webhook-services.ts";
import type { OutboxQueue } from "../ports/outbox.ts";

/** Telling others of what happened, over this deployment's stores. */
export function createWebhooks(deps: {
  readonly database: Database;
  readonly outbox: OutboxQueue;
  readonly config: Config;
  readonly randomBytes: (length: number) => Uint8Array<ArrayBuffer>;
  readonly clock: () => number;
}): WebhookServices {
  const { database, outbox, config, randomBytes, clock } = deps;
  return {
    ...createWebhookOutbox(database),
    endpoints: createEndpointStore(database),
    deliveries: createDeliveryStore(database),
    secrets: createSecretBox(createMasterKeys(config.auditKeys, "webhooks"), randomBytes),
    sender: createWebhookSender(),
    names: createNameResolver(config.dnsResolver),
    allowsLocal: config.allowsLocalWebhooks,
    random: () => Math.random(),
    wake: createWake(outbox, clock),
  };
}
