import * as z from "zod";
import { changeEndpoint } from "../../../../backoffice/webhooks/change-endpoint.ts";
import { createEndpoint } from "../../../../backoffice/webhooks/create-endpoint.ts";
import { EndpointChangeCall, EndpointRotationCall, NewEndpointCall } from "../../../../backoffice/webhooks/endpoint-calls.ts";
import { listEndpoints, readEndpoint } from "../../../../backoffice/webhooks/read-endpoints.ts";
import { removeEndpoint } from "../../../../backoffice/webhooks/remove-endpoint.ts";
import { rotateSecret } from "../../../../backoffice/webhooks/rotate-secret.ts";
import { describeEndpoint } from "../../../../core/webhooks/describe-endpoint.ts";
import { readJson } from "../../../json-body.ts";
import { parseQuery } from "../../../parse-query.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { askedWorld, Livemode } from "../asked-world.ts";
import { readWithId } from "../read-with-id.ts";
import { EndpointAnswer, NewEndpointAnswer } from "./endpoint-answer.ts";
import { endpointDepsOf } from "./endpoint-deps.ts";

const PATH = "/api/admin/webhooks";
const ListQuery = z.strictObject({ livemode: Livemode });

const list: Route = {
  method: "get",
  path: PATH,
  verb: "webhooks.read",
  tag: "webhooks",
  summary: "Who is told of what, without their secrets",
  query: ListQuery,
  answers: { 200: { description: "The endpoints", schema: z.object({ endpoints: z.array(EndpointAnswer) }) } },
  handle: async (c) => {
    const query = parseQuery(c, ListQuery);
    if (!query.ok) return answerProblem(c, query.error);
    const context = staffContextOf(c);
    const found = await listEndpoints(c.get("services").webhooks, context, askedWorld(query.value.livemode, context.world));
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    return c.json({ endpoints: found.value.map(describeEndpoint) });
  },
};

const create: Route = {
  method: "post",
  path: PATH,
  verb: "webhooks.manage",
  tag: "webhooks",
  summary: "Subscribe an address to events; a signing secret is shown this once",
  description:
    "`standard` is signed as Standard Webhooks 1.0 says; `email`, `slack`, `telegram` and `sms` are notices in words over those services' HTTP APIs. " +
    "An address that is, or stands for, anything but a host of the internet is refused.",
  body: NewEndpointCall,
  answers: { 201: { description: "The endpoint", schema: NewEndpointAnswer } },
  handle: async (c) => {
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    const made = await createEndpoint(endpointDepsOf(c.get("services")), staffContextOf(c), body.value);
    if (!made.ok) return answerProblem(c, problemOfStaffRefusal(made.error));
    return c.json({ ...describeEndpoint(made.value.endpoint), secret: made.value.signingSecret }, 201);
  },
};

const read: Route = {
  method: "get",
  path: `${PATH}/{id}`,
  verb: "webhooks.read",
  tag: "webhooks",
  summary: "One endpoint",
  answers: { 200: { description: "The endpoint", schema: EndpointAnswer } },
  handle: async (c) => {
    const found = await readEndpoint(c.get("services").webhooks, staffContextOf(c), c.req.param("id") ?? "");
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    c.header("etag", `"${found.value.version}"`);
    return c.json(describeEndpoint(found.value));
  },
};

const change: Route = {
  method: "patch",
  path: `${PATH}/{id}`,
  verb: "webhooks.manage",
  tag: "webhooks",
  summary: "Change an endpoint, or switch it off and on",
  description: "What waited while it was off is sent once it is on again; what happened meanwhile can be replayed.",
  body: EndpointChangeCall.omit({ id: true }),
  answers: { 200: { description: "The endpoint as it is now", schema: EndpointAnswer } },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const changed = await changeEndpoint(endpointDepsOf(c.get("services")), staffContextOf(c), body.value);
    return changed.ok ? c.json(describeEndpoint(changed.value)) : answerProblem(c, problemOfStaffRefusal(changed.error));
  },
};

const remove: Route = {
  method: "delete",
  path: `${PATH}/{id}`,
  verb: "webhooks.manage",
  tag: "webhooks",
  summary: "Remove an endpoint with what waits for it and its log",
  answers: { 200: { description: "It is removed", schema: z.object({ id: z.string() }) } },
  handle: async (c) => {
    const removed = await removeEndpoint(endpointDepsOf(c.get("services")), staffContextOf(c), { id: c.req.param("id") ?? "" });
    return removed.ok ? c.json(removed.value) : answerProblem(c, problemOfStaffRefusal(removed.error));
  },
};

const rotate: Route = {
  method: "post",
  path: `${PATH}/{id}/rotate`,
  verb: "webhooks.manage",
  tag: "webhooks",
  summary: "Give an endpoint a new secret; a signing secret is shown this once",
  description:
    "For the overlap (24 hours) messages carry a signature of each secret. Tokens of other services and Slack addresses are replaced at once.",
  body: EndpointRotationCall.omit({ id: true }),
  answers: { 200: { description: "The endpoint, with its new signing secret", schema: NewEndpointAnswer } },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const rotated = await rotateSecret(endpointDepsOf(c.get("services")), staffContextOf(c), body.value);
    if (!rotated.ok) return answerProblem(c, problemOfStaffRefusal(rotated.error));
    return c.json({ ...describeEndpoint(rotated.value.endpoint), secret: rotated.value.signingSecret });
  },
};

export const endpointRoutes: readonly Route[] = [list, create, read, change, remove, rotate];
