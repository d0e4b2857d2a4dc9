import * as z from "zod";
import { createApiKey, NewKeyCall } from "../../../backoffice/api-keys/create-api-key.ts";
import { listApiKeys } from "../../../backoffice/api-keys/list-api-keys.ts";
import { describeKey } from "../../../core/access/managed-key.ts";
import { readJson } from "../../json-body.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { staffContextOf } from "../../staff-context.ts";
import { problemOfStaffRefusal } from "../../staff-refusal.ts";
import { accessDepsOf } from "./access-deps.ts";
import { KeyAnswer, NewKeyAnswer } from "./key-answer.ts";

export const listKeys: Route = {
  method: "get",
  path: "/api/admin/api-keys",
  verb: "keys.read",
  tag: "access",
  summary: "All API keys, newest first, without the keys themselves",
  answers: { 200: { description: "The keys", schema: z.object({ keys: z.array(KeyAnswer) }) } },
  handle: async (c) => {
    const listed = await listApiKeys(accessDepsOf(c.get("services")), staffContextOf(c));
    return listed.ok ? c.json({ keys: listed.value.map(describeKey) }) : answerProblem(c, problemOfStaffRefusal(listed.error));
  },
};

export const createKey: Route = {
  method: "post",
  path: "/api/admin/api-keys",
  verb: "keys.manage",
  tag: "access",
  summary: "Make an API key; it is shown this once",
  description: "It expires after 90 days unless told otherwise; from 14 days before, every answer to it carries `tollgate-key-expires`.",
  body: NewKeyCall,
  answers: { 201: { description: "The key", schema: NewKeyAnswer } },
  handle: async (c) => {
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    const made = await createApiKey(accessDepsOf(c.get("services")), staffContextOf(c), body.value);
    if (!made.ok) return answerProblem(c, problemOfStaffRefusal(made.error));
    return c.json({ key: made.value.clear, ...describeKey(made.value.key) }, 201);
  },
};
