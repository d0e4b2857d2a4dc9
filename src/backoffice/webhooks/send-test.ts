import type * as z from "zod";
import { err, ok, type Result } from "../../core/result.ts";
import { auditedEndpoint } from "../../core/webhooks/describe-endpoint.ts";
import type { Message } from "../../core/webhooks/message.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import type { StaffContext } from "../staff-context.ts";
import { EndpointCall } from "./endpoint-calls.ts";
import { type EndpointDeps, endpointTarget, findActiveEndpoint, rereadEndpoint, versionedEndpoint } from "./endpoint-deps.ts";

const send = staffAction<EndpointDeps, z.infer<typeof EndpointCall>, { readonly delivery: string }>({
  verb: "webhooks.manage",
  action: "webhook_endpoint.test",
  input: EndpointCall,
  plan: async (deps, input, context) => {
    const found = await findActiveEndpoint(deps, input.id, context);
    if (!found.ok) return found;
    const endpoint = found.value;
    const id = deps.newId();
    const ping: Message = {
      message: `msg_${id.replaceAll("-", "")}`,
      id: `ping:${id}`,
      type: "ping",
      livemode: endpoint.world === "live",
      atMs: context.nowMs,
      data: { endpoint: endpoint.id, name: endpoint.name },
    };
    const delivery = `dlv_${deps.newId().replaceAll("-", "")}`;
    return ok({
      change: deps.deliveries.addingOne(endpoint, delivery, ping),
      target: endpointTarget(endpoint.id),
      current: versionedEndpoint(endpoint),
      expected: input.version,
      after: { ...auditedEndpoint(endpoint), delivery },
      reread: () => rereadEndpoint(deps, endpoint.id),
      output: { delivery },
    });
  },
});

/** Sends a `ping` to an endpoint, whatever it subscribed to: its delivery says what came of it. */
export async function sendTest(
  deps: EndpointDeps,
  context: StaffContext,
  input: unknown,
): Promise<Result<{ readonly delivery: string }, StaffRefusal>> {
  const sent = await send(deps, context, input);
  if (!sent.ok) return err(sent.error);
  await deps.wake();
  return sent;
}
