import type * as z from "zod";
import { err, ok, type Result } from "../../core/result.ts";
import { auditedEndpoint } from "../../core/webhooks/describe-endpoint.ts";
import type { Endpoint } from "../../core/webhooks/endpoint.ts";
import type { StaffChange } from "../../ports/staff-writes.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import { DeliveryReplayCall, RangeReplayCall } from "./endpoint-calls.ts";
import {
  type EndpointDeps,
  endpointTarget,
  findActiveEndpoint,
  rereadEndpoint,
  versionedEndpoint,
  WEBHOOK_BUDGET_MS,
} from "./endpoint-deps.ts";

interface Range {
  readonly from: string;
  readonly to: string;
}

const replayOne = staffAction<EndpointDeps, z.infer<typeof DeliveryReplayCall>, { readonly delivery: string }>({
  verb: "webhooks.manage",
  action: "webhook_delivery.replay",
  input: DeliveryReplayCall,
  plan: async (deps, input, context) => {
    const found = await findActiveEndpoint(deps, input.id, context);
    if (!found.ok) return found;
    const delivery = await deps.deliveries.byId(found.value.id, input.delivery, WEBHOOK_BUDGET_MS);
    if (!delivery.ok) return err({ kind: "unavailable", part: delivery.error.source });
    if (delivery.value === null)
      return err({ kind: "not_found", detail: `there is no delivery \`${input.delivery}\` of endpoint \`${input.id}\`` });
    const change = deps.deliveries.replaying(found.value, delivery.value.id, context.nowMs);
    return ok({ ...planOf(deps, found.value, change, input.version), ...replayed(found.value, { delivery: delivery.value.id }) });
  },
});

const replayAll = staffAction<EndpointDeps, z.infer<typeof RangeReplayCall>, Range>({
  verb: "webhooks.manage",
  action: "webhook_endpoint.replay",
  input: RangeReplayCall,
  plan: async (deps, input, context) => {
    const found = await findActiveEndpoint(deps, input.id, context);
    if (!found.ok) return found;
    const change = deps.deliveries.replayingRange(found.value, input.from, input.to, context.nowMs);
    const range = { from: new Date(input.from).toISOString(), to: new Date(input.to).toISOString() };
    return ok({ ...planOf(deps, found.value, change, input.version), ...replayed(found.value, range) });
  },
});

function planOf(deps: EndpointDeps, endpoint: Endpoint, change: StaffChange, expected: number | undefined) {
  return {
    ...{ change, expected, target: endpointTarget(endpoint.id), current: versionedEndpoint(endpoint) },
    reread: () => rereadEndpoint(deps, endpoint.id),
  };
}

/** The endpoint stays as it is; the audit log says what is sent again. */
const replayed = <Output>(endpoint: Endpoint, output: Output) => ({ after: { ...auditedEndpoint(endpoint), replayed: output }, output });

/** Sends one delivery again, from the first attempt on, with the same `webhook-id`: receivers that keep ids take it once. */
export const replayDelivery = (
  deps: EndpointDeps,
  context: StaffContext,
  input: unknown,
): Promise<Result<{ readonly delivery: string }, StaffRefusal>> => thenWake(deps, replayOne(deps, context, input));

/** The same for all events of a time, those that the endpoint was never told of too. */
export const replayRange = (deps: EndpointDeps, context: StaffContext, input: unknown): Promise<Result<Range, StaffRefusal>> =>
  thenWake(deps, replayAll(deps, context, input));

async function thenWake<T>(deps: EndpointDeps, replaying: Promise<Result<T, StaffRefusal>>): Promise<Result<T, StaffRefusal>> {
  const done = await replaying;
  if (done.ok) await deps.wake();
  return done;
}
