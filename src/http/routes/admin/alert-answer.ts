import * as z from "zod";
import { ALERT_SEVERITIES, ALERT_STATUSES } from "../../../core/alerts/alert.ts";

export const AlertAnswer = z.object({
  id: z.int(),
  kind: z.string(),
  severity: z.enum(ALERT_SEVERITIES),
  title: z.string(),
  /** Figures, by kind. */
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  livemode: z.boolean(),
  /** A snoozed alert whose time is over is open. */
  status: z.enum(ALERT_STATUSES),
  snoozed_until: z.string().nullable(),
  first_seen_at: z.string(),
  last_seen_at: z.string(),
  times_seen: z.int(),
  handled_by: z.string().nullable(),
  handled_at: z.string().nullable(),
  note: z.string().nullable(),
  version: z.int(),
});
