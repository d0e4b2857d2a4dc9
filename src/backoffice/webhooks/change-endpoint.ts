import type * as z from "zod";
import { formatPath } from "../../core/event/lenient.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { auditedEndpoint } from "../../core/webhooks/describe-endpoint.ts";
import type { Endpoint } from "../../core/webhooks/endpoint.ts";
import { KindSettings } from "../../core/webhooks/endpoint-settings.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import { EndpointChangeCall } from "./endpoint-calls.ts";
import {
  allowTarget,
  beyondReading,
  type EndpointDeps,
  endpointTarget,
  faultAt,
  findEndpoint,
  rereadEndpoint,
  versionedEndpoint,
} from "./endpoint-deps.ts";

type Change = z.infer<typeof EndpointChangeCall>;

/** Changes whom an endpoint tells, of what, and whether at all. What waited while it was off is sent once it is on again. */
export const changeEndpoint = staffAction<EndpointDeps, Change, Endpoint>({
  verb: "webhooks.manage",
  action: "webhook_endpoint.change",
  input: EndpointChangeCall,
  plan: async (deps, input, context) => {
    const found = await findEndpoint(deps, input.id, context);
    if (!found.ok) return found;
    const current = found.value;
    const excess = beyondReading(context, [...current.types, ...(input.types ?? [])]);
    if (excess !== null) return err(excess);
    const format = formatOf(current, input);
    if (!format.ok) return format;
    if (input.url !== undefined) {
      if (current.format.kind === "slack") return faultAt("url", "is_secret", "the address of a Slack webhook is its secret: rotate it");
      const allowed = await allowTarget(deps, input.url);
      if (!allowed.ok) return allowed;
    }
    const changed: Endpoint = {
      ...current,
      ...activityOf(current, input.is_active, context.nowMs),
      name: input.name ?? current.name,
      url: input.url ?? current.url,
      types: input.types ?? current.types,
      minSeverity: input.min_severity === undefined ? current.minSeverity : input.min_severity,
      format: format.value,
      version: current.version + 1,
    };
    return ok({
      change: deps.endpoints.replacing(current.version, changed),
      target: endpointTarget(current.id),
      current: versionedEndpoint(current),
      expected: input.version,
      after: auditedEndpoint(changed),
      reread: () => rereadEndpoint(deps, current.id),
      output: changed,
    });
  },
});

/** The kind stays; its settings are the new ones, if they fit it. */
function formatOf(current: Endpoint, { settings }: Change): Result<KindSettings, StaffRefusal> {
  if (settings === undefined) return ok(current.format);
  const parsed = KindSettings.safeParse({ kind: current.format.kind, settings });
  if (parsed.success) return ok(parsed.data);
  const faults = parsed.error.issues.map(({ code, path, message }) => ({ code, path: formatPath(path), message }));
  return err({ kind: "invalid", faults });
}

function activityOf(current: Endpoint, wanted: boolean | undefined, nowMs: number) {
  const { isActive, disabledFor, disabledAtMs, failingSinceMs } = current;
  if (wanted === undefined || wanted === isActive) return { isActive, disabledFor, disabledAtMs, failingSinceMs };
  if (wanted) return { isActive: true, disabledFor: null, disabledAtMs: null, failingSinceMs: null };
  return { isActive: false, disabledFor: "staff" as const, disabledAtMs: nowMs, failingSinceMs };
}
