import * as z from "zod";
import { acknowledgeAlert, HandlingCall, resolveAlert, SnoozeCall, snoozeAlert } from "../../../backoffice/alerts/handle-alert.ts";
import { listAlerts } from "../../../backoffice/alerts/list-alerts.ts";
import { ALERT_SEVERITIES, ALERT_STATUSES } from "../../../core/alerts/alert.ts";
import { describeAlert } from "../../../core/alerts/describe-alert.ts";
import { parseQuery } from "../../parse-query.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { staffContextOf } from "../../staff-context.ts";
import { problemOfStaffRefusal } from "../../staff-refusal.ts";
import { AlertAnswer } from "./alert-answer.ts";
import { askedWorld, Livemode } from "./asked-world.ts";
import { readWithId } from "./read-with-id.ts";

const Query = z.strictObject({
  status: z.enum(ALERT_STATUSES).optional(),
  severity: z.enum(ALERT_SEVERITIES).optional(),
  kind: z.string().max(100).optional(),
  /** Last seen at this time or later. */
  since: z.iso
    .datetime({ offset: true })
    .transform((text) => Date.parse(text))
    .optional(),
  livemode: Livemode,
  /** The `next` of the page before. */
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

const list: Route = {
  method: "get",
  path: "/api/admin/smart-alerts",
  verb: "alerts.read",
  tag: "alerts",
  summary: "What people should look at, newest first",
  description:
    "Filter by status, severity, kind and time last seen. A cause that is seen again while its alert is unresolved counts there. " +
    "Page on with `before`, the `next` of the last answer.",
  query: Query,
  answers: { 200: { description: "A page", schema: z.object({ alerts: z.array(AlertAnswer), next: z.int().nullable() }) } },
  handle: async (c) => {
    const parsed = parseQuery(c, Query);
    if (!parsed.ok) return answerProblem(c, parsed.error);
    const { status = null, severity = null, kind = null, since = null, before = null, livemode, limit } = parsed.value;
    const context = staffContextOf(c);
    const query = { world: askedWorld(livemode, context.world), status, severity, kind, sinceMs: since, beforeId: before, limit };
    const found = await listAlerts(c.get("services"), context, query);
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    return c.json({ alerts: found.value.alerts.map(describeAlert), next: found.value.next });
  },
};

function handling(verb: string, summary: string, body: z.ZodObject, handle: typeof acknowledgeAlert): Route {
  return {
    method: "post",
    path: `/api/admin/smart-alerts/{id}/${verb}`,
    verb: "alerts.handle",
    tag: "alerts",
    summary,
    description: "With `If-Match` or `version`, a change that somebody else made first is a 409 that tells it.",
    body,
    answers: { 200: { description: "The alert as it is now", schema: AlertAnswer } },
    handle: async (c) => {
      const read = await readWithId(c);
      if (!read.ok) return answerProblem(c, read.error);
      const { alerts, staff, newId } = c.get("services");
      const handled = await handle({ alerts, writes: staff, newId }, staffContextOf(c), read.value);
      return handled.ok ? c.json(describeAlert(handled.value)) : answerProblem(c, problemOfStaffRefusal(handled.error));
    },
  };
}

export const alertRoutes: readonly Route[] = [
  list,
  handling("acknowledge", "Say that somebody looks after an alert", HandlingCall.omit({ id: true }), acknowledgeAlert),
  handling("snooze", "Put an alert off for some hours (24); it is open again after that", SnoozeCall.omit({ id: true }), snoozeAlert),
  handling("resolve", "End an alert", HandlingCall.omit({ id: true }), resolveAlert),
];
