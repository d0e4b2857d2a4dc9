import * as z from "zod";
import { ALERT_SEVERITIES } from "../../../../core/alerts/alert.ts";
import { ENDPOINT_KINDS } from "../../../../core/webhooks/endpoint-settings.ts";
import { WEBHOOK_TYPES } from "../../../../core/webhooks/webhook-event.ts";

export const EndpointAnswer = z.object({
  id: z.string(),
  livemode: z.boolean(),
  name: z.string(),
  kind: z.enum(ENDPOINT_KINDS),
  /** Of Slack's address, which is its secret, the host alone. */
  url: z.string(),
  types: z.array(z.enum(WEBHOOK_TYPES)),
  min_severity: z.enum(ALERT_SEVERITIES).nullable(),
  /** By kind. */
  settings: z.record(z.string(), z.unknown()),
  is_active: z.boolean(),
  /** `gone`: it answered 410; `failing`: it took nothing for three days. */
  disabled_for: z.enum(["staff", "gone", "failing"]).nullable(),
  disabled_at: z.string().nullable(),
  failing_since: z.string().nullable(),
  last_success_at: z.string().nullable(),
  /** Until then the secret before the present one signs too. */
  previous_secret_until: z.string().nullable(),
  created_at: z.string(),
  created_by: z.string(),
  version: z.int(),
});
/** `secret` is in this answer only; null for a kind whose secret is another service's. */
export const NewEndpointAnswer = EndpointAnswer.extend({ secret: z.string().nullable() });
