import type * as z from "zod";
import { ok } from "../../core/result.ts";
import { staffAction } from "../staff-action.ts";
import { EndpointCall } from "./endpoint-calls.ts";
import { type EndpointDeps, endpointTarget, findEndpoint, rereadEndpoint, versionedEndpoint } from "./endpoint-deps.ts";

/** Removes an endpoint with what waits for it and its log; the audit log keeps that it was there. */
export const removeEndpoint = staffAction<EndpointDeps, z.infer<typeof EndpointCall>, { readonly id: string }>({
  verb: "webhooks.manage",
  action: "webhook_endpoint.remove",
  input: EndpointCall,
  plan: async (deps, input, context) => {
    const found = await findEndpoint(deps, input.id, context);
    if (!found.ok) return found;
    return ok({
      change: deps.endpoints.removing(found.value),
      target: endpointTarget(input.id),
      current: versionedEndpoint(found.value),
      expected: input.version,
      after: null,
      reread: () => rereadEndpoint(deps, input.id),
      output: { id: input.id },
    });
  },
});
