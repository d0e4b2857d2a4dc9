import type * as z from "zod";
import { err, ok, type Result } from "../../core/result.ts";
import { auditedEndpoint } from "../../core/webhooks/describe-endpoint.ts";
import type { Endpoint } from "../../core/webhooks/endpoint.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import type { NewEndpoint } from "./create-endpoint.ts";
import { EndpointRotationCall } from "./endpoint-calls.ts";
import {
  allowTarget,
  beyondReading,
  type EndpointDeps,
  endpointTarget,
  faultAt,
  findEndpoint,
  newSigningSecret,
  rereadEndpoint,
  shownSlackUrl,
  versionedEndpoint,
} from "./endpoint-deps.ts";

const HOUR_MS = 3_600_000;
type Rotation = z.infer<typeof EndpointRotationCall>;

/**
 * Gives an endpoint a new secret. A signing secret is made here, and the one before signs beside it for the overlap; what another service issued
 * is replaced at once by what that service issued next.
 */
export const rotateSecret = staffAction<EndpointDeps, Rotation, NewEndpoint>({
  verb: "webhooks.manage",
  action: "webhook_endpoint.rotate",
  input: EndpointRotationCall,
  plan: async (deps, input, context) => {
    const found = await findEndpoint(deps, input.id, context);
    if (!found.ok) return found;
    const old = found.value;
    const excess = beyondReading(context, old.types);
    if (excess !== null) return err(excess);
    const next = await nextSecret(deps, old, input);
    if (!next.ok) return next;
    const { clear, signingSecret, url } = next.value;
    const keepsOld = signingSecret !== null && input.overlap_hours > 0;
    const endpoint: Endpoint = {
      ...old,
      url,
      secret: await deps.secrets.seal(clear, old.id),
      previousSecret: keepsOld ? old.secret : null,
      previousSecretUntilMs: keepsOld ? context.nowMs + input.overlap_hours * HOUR_MS : null,
      version: old.version + 1,
    };
    return ok({
      change: deps.endpoints.replacing(old.version, endpoint),
      target: endpointTarget(old.id),
      current: versionedEndpoint(old),
      expected: input.version,
      after: { ...auditedEndpoint(endpoint), rotated: true },
      reread: () => rereadEndpoint(deps, old.id),
      output: { endpoint, signingSecret },
    });
  },
});

interface NextSecret {
  readonly clear: string;
  readonly signingSecret: string | null;
  readonly url: string;
}

/** What the kind is rotated to: it says itself which of `secret` and `url` it needs, and takes no other. */
async function nextSecret(
  deps: EndpointDeps,
  { format: { kind }, url }: Endpoint,
  input: Rotation,
): Promise<Result<NextSecret, StaffRefusal>> {
  if (input.secret !== undefined && (kind === "standard" || kind === "slack"))
    return faultAt(
      "secret",
      "not_yours",
      kind === "slack" ? "the secret of Slack is its address: send `url`" : "a signing secret is made here",
    );
  if (input.url !== undefined && kind !== "slack") return faultAt("url", "not_secret", "is no secret of this kind: change the endpoint");
  if (kind === "standard") {
    const signingSecret = newSigningSecret(deps);
    return ok({ clear: signingSecret, signingSecret, url });
  }
  if (kind === "slack") {
    if (input.url === undefined) return faultAt("url", "required", "the new address of the Slack webhook is needed");
    const allowed = await allowTarget(deps, input.url);
    return allowed.ok ? ok({ clear: input.url, signingSecret: null, url: shownSlackUrl(input.url) }) : allowed;
  }
  if (input.secret === undefined) return faultAt("secret", "required", "the new token that the service issued is needed");
  return ok({ clear: input.secret, signingSecret: null, url });
}
