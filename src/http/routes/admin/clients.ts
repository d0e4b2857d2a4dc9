import type { Context } from "hono";
import * as z from "zod";
import { ErasureCall, eraseClient, latestErasure, UNKNOWN_CLIENT } from "../../../backoffice/privacy/erase-client.ts";
import { exportClient } from "../../../backoffice/privacy/export-client.ts";
import { describeErasure, ERASURE_STATUSES, HELD_KINDS } from "../../../core/privacy/erasure.ts";
import { advanceErasure } from "../../../pipeline/privacy/advance-erasure.ts";
import type { Services } from "../../../pipeline/services.ts";
import type { AppEnv } from "../../context.ts";
import { parseFields } from "../../parse-body.ts";
import { parseQuery } from "../../parse-query.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { staffContextOf } from "../../staff-context.ts";
import { problemOfStaffRefusal } from "../../staff-refusal.ts";
import { streamCsv, streamJson } from "./clients-stream.ts";
import { readWithId } from "./read-with-id.ts";

/** How long a request erases before it leaves the rest to the schedule. */
const ERASE_MS = 15_000;

const Erasure = z.object({
  id: z.string(),
  status: z.enum(ERASURE_STATUSES),
  pseudonym: z.string(),
  requested_by: z.string(),
  requested_at: z.string(),
  finished_at: z.string().nullable(),
  events_received_until: z.string(),
  erased: z.record(z.string(), z.number()),
  held: z.array(
    z.object({ kind: z.enum(HELD_KINDS), record: z.string(), reason: z.string(), until: z.string(), erased_at: z.string().nullable() }),
  ),
});
const Format = z.strictObject({ format: z.enum(["json", "csv"]).default("json") });

const depsOf = (services: Services) => ({ ...services.privacy, log: services.audit.log, writes: services.staff, newId: services.newId });
const clientOf = (c: Context<AppEnv>) => parseFields({ id: c.req.param("id") }, ErasureCall.pick({ id: true }));

const readClient: Route = {
  method: "get",
  path: "/api/admin/clients/{id}/export",
  verb: "clients.export",
  tag: "privacy",
  summary: "Everything held about a client, as JSON or CSV",
  description:
    "Both worlds, over Postgres and Redis, streamed. `complete` at the end says whether every store answered. The reading is in the audit log before it begins. Files are listed; `GET /api/admin/evidence/{transaction}/files/{file}` gives one.",
  query: Format,
  answers: { 200: { description: "The export, section by section" } },
  handle: async (c) => {
    const query = parseQuery(c, Format);
    if (!query.ok) return answerProblem(c, query.error);
    const client = clientOf(c);
    if (!client.ok) return answerProblem(c, client.error);
    const parts = await exportClient(depsOf(c.get("services")), staffContextOf(c), client.value.id);
    if (!parts.ok) return answerProblem(c, problemOfStaffRefusal(parts.error));
    const isCsv = query.value.format === "csv";
    c.header("content-disposition", `attachment; filename="client.${isCsv ? "csv" : "json"}"`);
    const type = isCsv ? "text/csv; charset=utf-8" : "application/json; charset=utf-8";
    return c.body(isCsv ? streamCsv(parts.value) : streamJson(parts.value), 200, { "content-type": type });
  },
};

const erase: Route = {
  method: "post",
  path: "/api/admin/clients/{id}/erase",
  verb: "clients.erase",
  tag: "privacy",
  summary: "Erase a client everywhere; what is held is listed with its reason and its end",
  description:
    "Rows that statistics count stay under a random pseudonym, without anything that says who it was. A long history is erased in slices: 202, and the schedule carries on. Asking again changes nothing and gives the same erasure; events that come later begin a history of their own.",
  body: ErasureCall.omit({ id: true }),
  answers: { 200: { description: "Erased", schema: Erasure }, 202: { description: "Under way", schema: Erasure } },
  handle: async (c) => {
    const body = await readWithId(c);
    if (!body.ok) return answerProblem(c, body.error);
    const services = c.get("services");
    const call = parseFields(body.value, ErasureCall);
    if (!call.ok) return answerProblem(c, call.error);
    const requested = await eraseClient(depsOf(services), staffContextOf(c), call.value);
    if (!requested.ok) return answerProblem(c, problemOfStaffRefusal(requested.error));
    // What this request does not finish, or fails to, the schedule does.
    await advanceErasure(services, requested.value, services.clock() + ERASE_MS, (work) => c.executionCtx.waitUntil(work));
    return showErasure(c, call.value.id);
  },
};

const readErasure: Route = {
  method: "get",
  path: "/api/admin/clients/{id}/erase",
  verb: "clients.erase",
  tag: "privacy",
  summary: "How far the newest erasure of a client is, and what it left",
  answers: { 200: { description: "Erased", schema: Erasure }, 202: { description: "Under way", schema: Erasure } },
  handle: async (c) => {
    const client = clientOf(c);
    return client.ok ? showErasure(c, client.value.id) : answerProblem(c, client.error);
  },
};

async function showErasure(c: Context<AppEnv>, clientId: string): Promise<Response> {
  const latest = await latestErasure(depsOf(c.get("services")), clientId);
  if (!latest.ok) return answerProblem(c, problemOfStaffRefusal(latest.error));
  if (latest.value === null) return answerProblem(c, problemOfStaffRefusal({ ...UNKNOWN_CLIENT, detail: "no erasure was asked for" }));
  return c.json(describeErasure(latest.value), latest.value.status === "done" ? 200 : 202);
}

export const clientRoutes: readonly Route[] = [readClient, erase, readErasure];
