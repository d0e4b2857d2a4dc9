import * as z from "zod";
import { DeliveryReplayCall, EndpointCall, RangeReplayBody } from "../../../../backoffice/webhooks/endpoint-calls.ts";
import { listDeliveries } from "../../../../backoffice/webhooks/read-endpoints.ts";
import { replayDelivery, replayRange } from "../../../../backoffice/webhooks/replay-deliveries.ts";
import { sendTest } from "../../../../backoffice/webhooks/send-test.ts";
import { WEBHOOK_TYPES } from "../../../../core/webhooks/webhook-event.ts";
import { DELIVERY_STATUSES } from "../../../../ports/webhooks.ts";
import { parseQuery } from "../../../parse-query.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { readWithId } from "../read-with-id.ts";
import { DeliveryAnswer, describeDelivery } from "./delivery-answer.ts";
import { endpointDepsOf } from "./endpoint-deps.ts";

const PATH = "/api/admin/webhooks/{id}";
const Instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const Query = z.strictObject({
  status: z.enum(DELIVERY_STATUSES).optional(),
  type: z.enum([...WEBHOOK_TYPES, "ping"]).optional(),
  /** The event's id: `transaction.analyzed:` and the decision's. */
  event: z.string().max(500).optional(),
  from: Instant.optional(),
  to: Instant.optional(),
  /** The `next` of the page before. */
  before: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

const list: Route = {
  method: "get",
  path: `${PATH}/deliveries`,
  verb: "webhooks.read",
  tag: "webhooks",
  summary: "What an endpoint was told, the newest first, with every attempt",
  description: "Filter by status, type, event and time it happened. Page on with `before`, the `next` of the last answer.",
  query: Query,
  answers: {
    200: { description: "A page", schema: z.object({ deliveries: z.array(DeliveryAnswer), next: z.string().nullable() }) },
  },
  handle: async (c) => {
    const parsed = parseQuery(c, Query);
    if (!parsed.ok) return answerProblem(c, parsed.error);
    const { status = null, type = null, event = null, from = null, to = null, before = null, limit } = parsed.value;
    const query = { status, type, eventId: event, fromMs: from, toMs: to, beforeId: before, limit };
    const found = await listDeliveries(c.get("services").webhooks, staffContextOf(c), { endpointId: c.req.param("id") ?? "", ...query });
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    return c.json({ deliveries: found.value.deliveries.map(describeDelivery), next: found.value.next });
  },
};

const test: Route = {
  method: "post",
  path: `${PATH}/test`,
  verb: "webhooks.manage",
  tag: "webhooks",
  summary: "Send a `ping` to an endpoint; its delivery says what came of it",
  body: EndpointCall.omit({ id: true }),
  answers: { 202: { description: "It is on its way", schema: z.object({ delivery: z.string() }) } },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const sent = await sendTest(endpointDepsOf(c.get("services")), staffContextOf(c), body.value);
    return sent.ok ? c.json(sent.value, 202) : answerProblem(c, problemOfStaffRefusal(sent.error));
  },
};

const replayOne: Route = {
  method: "post",
  path: `${PATH}/deliveries/{delivery}/replay`,
  verb: "webhooks.manage",
  tag: "webhooks",
  summary: "Send a delivery again, with the same `webhook-id`",
  body: DeliveryReplayCall.omit({ id: true, delivery: true }),
  answers: { 202: { description: "It is on its way", schema: z.object({ delivery: z.string() }) } },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const delivery = c.req.param("delivery") ?? "";
    const call = typeof body.value === "object" && !Array.isArray(body.value) ? { ...body.value, delivery } : body.value;
    const replayed = await replayDelivery(endpointDepsOf(c.get("services")), staffContextOf(c), call);
    return replayed.ok ? c.json(replayed.value, 202) : answerProblem(c, problemOfStaffRefusal(replayed.error));
  },
};

const replayAll: Route = {
  method: "post",
  path: `${PATH}/replay`,
  verb: "webhooks.manage",
  tag: "webhooks",
  summary: "Send everything of a time again, and what the endpoint was never told of then",
  description: "Events that happened from `from` on and before `to`, of the types it is subscribed to now; at most 31 days at a time.",
  body: RangeReplayBody,
  answers: { 202: { description: "They are on their way", schema: z.object({ from: z.string(), to: z.string() }) } },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const replayed = await replayRange(endpointDepsOf(c.get("services")), staffContextOf(c), body.value);
    return replayed.ok ? c.json(replayed.value, 202) : answerProblem(c, problemOfStaffRefusal(replayed.error));
  },
};

export const deliveryRoutes: readonly Route[] = [list, test, replayOne, replayAll];
