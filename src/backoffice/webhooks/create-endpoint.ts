import { err, ok } from "../../core/result.ts";
import { auditedEndpoint } from "../../core/webhooks/describe-endpoint.ts";
import type { Endpoint } from "../../core/webhooks/endpoint.ts";
import { KindSettings } from "../../core/webhooks/endpoint-settings.ts";
import { staffAction } from "../staff-action.ts";
import { NewEndpointCall } from "./endpoint-calls.ts";
import {
  allowTarget,
  beyondReading,
  type EndpointDeps,
  endpointTarget,
  faultAt,
  newSigningSecret,
  shownSlackUrl,
  worldOf,
} from "./endpoint-deps.ts";

export interface NewEndpoint {
  readonly endpoint: Endpoint;
  /** The signing secret, which nobody can show again; null for a kind that brings its own. */
  readonly signingSecret: string | null;
}

/** Subscribes an address to events. It is refused when it is, or stands for, anything but a host of the internet. */
export const createEndpoint = staffAction<EndpointDeps, NewEndpointCall, NewEndpoint>({
  verb: "webhooks.manage",
  action: "webhook_endpoint.create",
  input: NewEndpointCall,
  plan: async (deps, input, context) => {
    if (input.livemode && context.world === "test")
      return faultAt("livemode", "not_live", "a test key subscribes to the test world alone: send `livemode: false`");
    const excess = beyondReading(context, input.types);
    if (excess !== null) return err(excess);
    const allowed = await allowTarget(deps, input.url);
    if (!allowed.ok) return allowed;
    const id = `we_${deps.newId()}`;
    const signingSecret = input.kind === "standard" ? newSigningSecret(deps) : null;
    const clear = signingSecret ?? ("secret" in input ? input.secret : input.url);
    const endpoint: Endpoint = {
      id,
      world: worldOf(input.livemode),
      name: input.name,
      format: KindSettings.parse({ kind: input.kind, settings: input.settings }),
      url: input.kind === "slack" ? shownSlackUrl(input.url) : input.url,
      types: input.types,
      minSeverity: input.min_severity,
      secret: await deps.secrets.seal(clear, id),
      previousSecret: null,
      previousSecretUntilMs: null,
      isActive: true,
      disabledFor: null,
      disabledAtMs: null,
      failingSinceMs: null,
      lastSuccessMs: null,
      createdAtMs: context.nowMs,
      createdBy: context.actor.id,
      version: 1,
    };
    return ok({
      change: deps.endpoints.creating(endpoint),
      target: endpointTarget(id),
      current: null,
      after: auditedEndpoint(endpoint),
      reread: async () => ok(null),
      output: { endpoint, signingSecret },
    });
  },
});
