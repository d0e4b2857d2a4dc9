import type { Context } from "hono";
import * as z from "zod";
import { CheckFields, changeCheck } from "../../../../backoffice/external-checks/change-check.ts";
import { createCheck, NewCheckCall } from "../../../../backoffice/external-checks/create-check.ts";
import { deleteCheck } from "../../../../backoffice/external-checks/delete-check.ts";
import { listChecks, readCheck, viewer } from "../../../../backoffice/external-checks/read-checks.ts";
import type { ExternalCheck } from "../../../../core/external-checks/check-settings.ts";
import { CHECK_PRESETS } from "../../../../core/external-checks/presets.ts";
import type { AppEnv } from "../../../context.ts";
import { readJson } from "../../../json-body.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { readWithId } from "../read-with-id.ts";
import { describeService, ServiceAnswer } from "./service-answer.ts";
import { serviceDepsOf } from "./service-deps.ts";

const PATH = "/api/admin/fraud-services";
const Preset = z.object({ id: z.string(), description: z.string(), settings: z.record(z.string(), z.unknown()) });

const list: Route = {
  method: "get",
  path: PATH,
  verb: "services.read",
  tag: "services",
  summary: "External fraud services, how they did, and the settings that known vendors begin with",
  answers: {
    200: { description: "The services by name", schema: z.object({ services: z.array(ServiceAnswer), presets: z.array(Preset) }) },
  },
  handle: async (c) => {
    const listed = await listChecks(serviceDepsOf(c.get("services")), staffContextOf(c));
    if (!listed.ok) return answerProblem(c, problemOfStaffRefusal(listed.error));
    const presets = CHECK_PRESETS.map(({ name, description, settings }) => ({ id: name, description, settings }));
    return c.json({ services: listed.value.map(describeService), presets });
  },
};

const create: Route = {
  method: "post",
  path: PATH,
  verb: "services.manage",
  tag: "services",
  summary: "Configure an external service",
  description:
    "`fraudscore`, `forensiq`, `anura` and `botbox` begin with their preset; what is given goes over it. Features read its answers with " +
    '`{ "op": "serviceLookup", "service": …, "key": …, "type": … }`; it is asked only when a live or shadow rule reads one. ' +
    "Secrets are the deployment's (`SERVICE_SECRETS`), named as `{secret.name}`.",
  body: NewCheckCall,
  answers: { 201: { description: "The service", schema: ServiceAnswer } },
  handle: async (c) => {
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    const made = await createCheck(serviceDepsOf(c.get("services")), staffContextOf(c), body.value);
    return made.ok ? c.json(await viewed(c, made.value), 201) : answerProblem(c, problemOfStaffRefusal(made.error));
  },
};

const read: Route = {
  method: "get",
  path: `${PATH}/{id}`,
  verb: "services.read",
  tag: "services",
  summary: "One external service and how it did",
  answers: { 200: { description: "The service", schema: ServiceAnswer } },
  handle: async (c) => {
    const found = await readCheck(serviceDepsOf(c.get("services")), staffContextOf(c), c.req.param("id") ?? "");
    return found.ok ? c.json(describeService(found.value)) : answerProblem(c, problemOfStaffRefusal(found.error));
  },
};

const change: Route = {
  method: "patch",
  path: `${PATH}/{id}`,
  verb: "services.manage",
  tag: "services",
  summary: "Change an external service, or switch it on or off",
  description: "What is left out stays. Every instance acts on it within 10 s.",
  body: CheckFields,
  answers: { 200: { description: "The service as it is now", schema: ServiceAnswer } },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const changed = await changeCheck(serviceDepsOf(c.get("services")), staffContextOf(c), body.value);
    return changed.ok ? c.json(await viewed(c, changed.value)) : answerProblem(c, problemOfStaffRefusal(changed.error));
  },
};

const remove: Route = {
  method: "delete",
  path: `${PATH}/{id}`,
  verb: "services.manage",
  tag: "services",
  summary: "Take an external service away: its features are absent from then on",
  answers: { 204: { description: "Gone" } },
  handle: async (c) => {
    const removed = await deleteCheck(serviceDepsOf(c.get("services")), staffContextOf(c), { id: c.req.param("id") ?? "" });
    return removed.ok ? c.body(null, 204) : answerProblem(c, problemOfStaffRefusal(removed.error));
  },
};

async function viewed(c: Context<AppEnv>, check: ExternalCheck): Promise<z.infer<typeof ServiceAnswer>> {
  return describeService((await viewer(serviceDepsOf(c.get("services")), staffContextOf(c)))(check));
}

export const serviceRoutes: readonly Route[] = [list, create, read, change, remove];
