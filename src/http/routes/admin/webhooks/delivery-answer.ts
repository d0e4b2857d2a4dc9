import * as z from "zod";
import { ATTEMPT_OUTCOMES } from "../../../../core/webhooks/judge-answer.ts";
import { DELIVERY_STATUSES, type Delivery } from "../../../../ports/webhooks.ts";

export const DeliveryAnswer = z.object({
  id: z.string(),
  /** `webhook-id` of every attempt. */
  message: z.string(),
  event: z.string(),
  type: z.string(),
  happened_at: z.string(),
  status: z.enum(DELIVERY_STATUSES),
  next_attempt_at: z.string().nullable(),
  attempts: z.array(
    z.object({
      number: z.int(),
      started_at: z.string(),
      duration_ms: z.int(),
      outcome: z.enum(ATTEMPT_OUTCOMES),
      response_status: z.int().nullable(),
      /** Its first kilobyte, without what looks like a secret or a card number. */
      response_body: z.string().nullable(),
    }),
  ),
});

export function describeDelivery({
  id,
  message,
  eventId,
  type,
  atMs,
  status,
  dueAtMs,
  attempts,
}: Delivery): z.infer<typeof DeliveryAnswer> {
  return {
    ...{ id, message, event: eventId, type, happened_at: new Date(atMs).toISOString(), status },
    next_attempt_at: dueAtMs === null ? null : new Date(dueAtMs).toISOString(),
    attempts: attempts.map(({ number, startedAtMs, durationMs, outcome, responseStatus, responseBody }) => ({
      ...{ number, started_at: new Date(startedAtMs).toISOString(), duration_ms: durationMs, outcome },
      ...{ response_status: responseStatus, response_body: responseBody },
    })),
  };
}
