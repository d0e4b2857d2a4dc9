import type { World } from "../../core/access/api-key.ts";
import type { Verb } from "../../core/access/permission.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { auditedEndpoint } from "../../core/webhooks/describe-endpoint.ts";
import type { Endpoint } from "../../core/webhooks/endpoint.ts";
import type { SecretBox } from "../../core/webhooks/secret-box.ts";
import { formatSigningSecret, SECRET_BYTES } from "../../core/webhooks/signing-secret.ts";
import type { WebhookType } from "../../core/webhooks/webhook-event.ts";
import type { Answer } from "../../ports/answer.ts";
import type { DeliveryStore, EndpointStore } from "../../ports/webhooks.ts";
import type { StaffDeps, StaffRefusal, Versioned } from "../staff-action.ts";
import { lacksVerbs, type StaffContext, type StaffExcess } from "../staff-context.ts";

export const WEBHOOK_BUDGET_MS = 5_000;

export interface EndpointDeps extends StaffDeps {
  readonly endpoints: EndpointStore;
  readonly deliveries: DeliveryStore;
  readonly secrets: SecretBox;
  readonly randomBytes: (length: number) => Uint8Array;
  /** Why an address may not be sent to, as a sentence; null when it may. */
  readonly checkTarget: (url: string) => Answer<string | null>;
  /** Wakes whoever delivers. */
  readonly wake: () => Promise<void>;
}

/** The verb by which one reads what each type tells. */
const VERB_OF = {
  "transaction.analyzed": "decisions.read",
  "fraud.detected": "decisions.read",
  "risk.high": "decisions.read",
  "chargeback.initiated": "decisions.read",
  "block.created": "lists.read",
  "report.created": "reports.read",
  "decision.reviewed": "reports.read",
  "ruleset.published": "rules.read",
  "alert.raised": "alerts.read",
} as const satisfies Record<WebhookType, Verb>;

/** Refuses to have events sent out, or their secret shown, that the actor may not read; null when it may read them. */
export function beyondReading(context: StaffContext, types: readonly WebhookType[]): StaffExcess | null {
  return lacksVerbs(
    context,
    types.map((type) => VERB_OF[type]),
  );
}

/** The endpoint an action is about; to a key of the test world one of the live world is not there. */
export async function findEndpoint(
  deps: Pick<EndpointDeps, "endpoints">,
  id: string,
  context: StaffContext,
): Promise<Result<Endpoint, StaffRefusal>> {
  const found = await deps.endpoints.byId(id, WEBHOOK_BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  const isSeen = found.value !== null && (context.world === "live" || found.value.world === "test");
  return found.value !== null && isSeen ? ok(found.value) : err({ kind: "not_found", detail: `there is no webhook endpoint \`${id}\`` });
}

/** The same for what only an active endpoint can do. */
export async function findActiveEndpoint(deps: EndpointDeps, id: string, context: StaffContext): Promise<Result<Endpoint, StaffRefusal>> {
  const found = await findEndpoint(deps, id, context);
  if (!found.ok || found.value.isActive) return found;
  return faultAt("id", "endpoint_disabled", "is disabled: set `is_active` first");
}

export const endpointTarget = (id: string) => ({ kind: "webhook_endpoint", id, isPersonal: false }) as const;
export const versionedEndpoint = (endpoint: Endpoint): Versioned => ({ version: endpoint.version, state: auditedEndpoint(endpoint) });

export async function rereadEndpoint(deps: EndpointDeps, id: string): ReturnType<() => Answer<Versioned | null>> {
  const found = await deps.endpoints.byId(id, WEBHOOK_BUDGET_MS);
  return found.ok ? ok(found.value === null ? null : versionedEndpoint(found.value)) : found;
}

export function faultAt(path: string, code: string, message: string): Result<never, StaffRefusal> {
  return err({ kind: "invalid", faults: [{ code, path, message }] });
}

/** Whether an address may be told; the refusal otherwise. A resolver that is away leaves it unknown, and so not allowed. */
export async function allowTarget(deps: EndpointDeps, url: string): Promise<Result<void, StaffRefusal>> {
  const refused = await deps.checkTarget(url);
  if (!refused.ok) return err({ kind: "unavailable", part: refused.error.source });
  return refused.value === null ? ok(undefined) : faultAt("url", "bad_target", refused.value);
}

export const newSigningSecret = ({ randomBytes }: EndpointDeps): string => formatSigningSecret(randomBytes(SECRET_BYTES));

/** A Slack address without its path, which is the secret. */
export const shownSlackUrl = (url: string): string => `${new URL(url).origin}/…`;

export const worldOf = (livemode: boolean): World => (livemode ? "live" : "test");
