import type { World } from "../../core/access/api-key.ts";
import type { PostbackOrder } from "../../core/external-checks/read-postback.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { digestHex } from "../../core/secrecy/digest-hex.ts";
import { appendEvents } from "../append-events.ts";
import { labelDecision } from "../label-decision.ts";
import type { Refusal } from "../refusal.ts";
import type { Services, WaitUntil } from "../services.ts";

const STORE_BUDGET_MS = 2_000;

export interface PostbackWork {
  readonly service: string;
  readonly world: World;
  /** Which notification it is, the same however often it is sent. */
  readonly id: string;
  readonly order: Exclude<PostbackOrder, { readonly kind: "ignored" }>;
  readonly waitUntil: WaitUntil;
}

/** Does what a verified postback asks for. Each may be done again with the same id. */
export async function carryOut(services: Services, work: PostbackWork): Promise<Result<void, Refusal>> {
  const { service, world, order } = work;
  switch (order.kind) {
    case "features": {
      const merged = await services.externalChecks.storedFeatures[world].merge(order.entity, order.id, order.values, STORE_BUDGET_MS);
      return merged.ok ? ok(undefined) : err({ kind: "unavailable", part: merged.error.source });
    }
    case "label": {
      const call = { id: order.transactionId, world, label: order.label, source: service, atMs: services.clock(), by: `hook:${service}` };
      const labelled = await labelDecision(services, call);
      return labelled.ok ? ok(undefined) : labelled;
    }
    case "chargeback":
      return appendChargeback(services, work, order);
  }
}

/** The one way of events: `POST /api/v1/events` takes a chargeback no differently. */
async function appendChargeback(
  services: Services,
  { service, world, id, waitUntil }: PostbackWork,
  { transactionId, amount, timestamp }: Extract<PostbackOrder, { readonly kind: "chargeback" }>,
): Promise<Result<void, Refusal>> {
  const event = {
    type: "payment",
    id: `hook_${await digestHex("SHA-256", `${service}\n${id}`)}`,
    transaction_id: transactionId,
    status: "chargeback",
    ...(typeof amount === "number" && amount > 0 ? { amount } : {}),
    ...(typeof timestamp === "string" ? { timestamp } : {}),
    attributes: { source: service },
  };
  const appended = await appendEvents(services, { inputs: [event], world, callerAddress: null, waitUntil });
  if (!appended.ok) return appended;
  const [item] = appended.value;
  return item?.status === "refused" ? err({ kind: "invalid", faults: item.errors }) : ok(undefined);
}
