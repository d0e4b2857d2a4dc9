import type { World } from "../../core/access/api-key.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Endpoint } from "../../core/webhooks/endpoint.ts";
import type { Delivery, DeliveryQuery, DeliveryStore, EndpointStore } from "../../ports/webhooks.ts";
import type { StaffRefusal } from "../staff-action.ts";
import { contextMay, type StaffContext } from "../staff-context.ts";
import { findEndpoint, WEBHOOK_BUDGET_MS } from "./endpoint-deps.ts";

interface ReadDeps {
  readonly endpoints: EndpointStore;
  readonly deliveries: DeliveryStore;
}

/** All endpoints of a world, the oldest first. */
export async function listEndpoints(
  deps: ReadDeps,
  context: StaffContext,
  world: World,
): Promise<Result<readonly Endpoint[], StaffRefusal>> {
  const refused = mayRead(context);
  if (refused !== null) return err(refused);
  const found = await deps.endpoints.list(world, WEBHOOK_BUDGET_MS);
  return found.ok ? found : err({ kind: "unavailable", part: found.error.source });
}

export async function readEndpoint(deps: ReadDeps, context: StaffContext, id: string): Promise<Result<Endpoint, StaffRefusal>> {
  const refused = mayRead(context);
  return refused === null ? findEndpoint(deps, id, context) : err(refused);
}

export interface DeliveryPage {
  readonly deliveries: readonly Delivery[];
  /** What to send as `before` for the next page; null at the end. */
  readonly next: string | null;
}

/** One page of an endpoint's deliveries, the newest first. */
export async function listDeliveries(
  deps: ReadDeps,
  context: StaffContext,
  query: DeliveryQuery,
): Promise<Result<DeliveryPage, StaffRefusal>> {
  const endpoint = await readEndpoint(deps, context, query.endpointId);
  if (!endpoint.ok) return endpoint;
  // One more than asked for says whether there is another page.
  const found = await deps.deliveries.find({ ...query, limit: query.limit + 1 }, WEBHOOK_BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  const deliveries = found.value.slice(0, query.limit);
  return ok({ deliveries, next: found.value.length > query.limit ? (deliveries.at(-1)?.id ?? null) : null });
}

function mayRead(context: StaffContext): StaffRefusal | null {
  return contextMay(context, "webhooks.read") ? null : { kind: "not_allowed", verb: "webhooks.read", role: context.role };
}
