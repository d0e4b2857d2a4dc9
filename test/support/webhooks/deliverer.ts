import { createDeliveryStore } from "../../../src/adapters/postgres/webhooks/delivery-store.ts";
import { createEndpointStore } from "../../../src/adapters/postgres/webhooks/endpoint-store.ts";
import { createWebhookOutbox } from "../../../src/adapters/postgres/webhooks/webhook-outbox.ts";
import { createNameResolver } from "../../../src/adapters/webhooks/name-resolver.ts";
import { createWebhookSender } from "../../../src/adapters/webhooks/webhook-sender.ts";
import { createMasterKeys } from "../../../src/core/audit/master-keys.ts";
import { ok } from "../../../src/core/result.ts";
import type { Endpoint } from "../../../src/core/webhooks/endpoint.ts";
import { createSecretBox } from "../../../src/core/webhooks/secret-box.ts";
import { formatSigningSecret } from "../../../src/core/webhooks/signing-secret.ts";
import type { WebhookEvent } from "../../../src/core/webhooks/webhook-event.ts";
import type { DeliveryDeps } from "../../../src/pipeline/webhooks/deliver-endpoint.ts";
import type { OutboxMessage, OutboxQueue } from "../../../src/ports/outbox.ts";
import { commitChange } from "../records/commit-change.ts";
import { expectValue, type TestDatabase } from "../records/test-database.ts";

export const NOW_MS = Date.UTC(2026, 10, 20, 12);
const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
export const secrets = createSecretBox(createMasterKeys([["test", "t".repeat(32)]], "webhooks"), randomBytes);
/** The signing secret of every endpoint that `subscribe` makes. */
export const SIGNING_SECRET = formatSigningSecret(new Uint8Array(32).fill(7));

/** Delivery over real stores and a clock that stands still until it is moved. */
export interface Deliverer extends DeliveryDeps {
  readonly outbox: OutboxQueue;
  /** Who was to be woken, and after how many seconds. */
  readonly woken: { readonly message: OutboxMessage; readonly delaySeconds: number }[];
  nowMs: number;
}

export function createDeliverer(database: TestDatabase, dnsUrl = "http://127.0.0.1:9/", allowsLocal = true): Deliverer {
  const woken: Deliverer["woken"] = [];
  const deliverer: Deliverer = {
    nowMs: NOW_MS,
    woken,
    clock: () => deliverer.nowMs,
    newId: () => crypto.randomUUID(),
    log: () => {},
    outbox: {
      send: async (message, delaySeconds) => {
        woken.push({ message, delaySeconds });
        return ok(undefined);
      },
    },
    webhooks: {
      ...createWebhookOutbox(database.database),
      endpoints: createEndpointStore(database.database),
      deliveries: createDeliveryStore(database.database),
      secrets,
      sender: createWebhookSender(),
      names: createNameResolver(dnsUrl),
      allowsLocal,
      random: () => 0.5,
      wake: async () => {},
    },
  };
  return deliverer;
}

export async function anEndpoint(about: Partial<Endpoint> & Pick<Endpoint, "id" | "url">): Promise<Endpoint> {
  return {
    world: "live",
    name: about.id,
    format: { kind: "standard", settings: {} },
    types: ["report.created"],
    minSeverity: null,
    secret: await secrets.seal(SIGNING_SECRET, about.id),
    previousSecret: null,
    previousSecretUntilMs: null,
    isActive: true,
    disabledFor: null,
    disabledAtMs: null,
    failingSinceMs: null,
    lastSuccessMs: null,
    createdAtMs: NOW_MS,
    createdBy: "test",
    version: 1,
    ...about,
  };
}

export async function subscribe(
  database: TestDatabase,
  deliverer: Deliverer,
  about: Partial<Endpoint> & Pick<Endpoint, "id" | "url">,
): Promise<Endpoint> {
  const endpoint = await anEndpoint(about);
  await commitChange(database.database, deliverer.webhooks.endpoints.creating(endpoint));
  return endpoint;
}

export const aReport = (id: string, about: Partial<WebhookEvent> = {}): WebhookEvent => ({
  id: `report.created:${id}`,
  type: "report.created",
  livemode: true,
  atMs: NOW_MS,
  data: { id, severity: "high" },
  ...about,
});

export async function happen(deliverer: Deliverer, ...events: readonly WebhookEvent[]): Promise<void> {
  expectValue(await deliverer.webhooks.add(events, 10_000));
}
