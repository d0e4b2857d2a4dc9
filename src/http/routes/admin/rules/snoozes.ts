import * as z from "zod";
import { createSnooze, endSnooze, readSnoozes, type Snooze, SnoozeCall } from "../../../../backoffice/rules/snoozes.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { readCall, readOptionalCall } from "./read-call.ts";
import { ruleDepsOf } from "./rule-deps.ts";
import { problemOfRules } from "./rule-problem.ts";

const PATH = "/api/admin/fraud-rules/snoozes";
const SnoozeAnswer = z.object({
  id: z.string(),
  file: z.string(),
  type: z.string(),
  value: z.string(),
  reason: z.string(),
  rules: z.array(z.string()),
  /** Null for an entry written by hand that never ends. */
  expires_at: z.string().nullable(),
  active: z.boolean(),
});
const describeSnooze = ({ id, file, type, value, reason, rules, expiresAt, isActive }: Snooze): z.infer<typeof SnoozeAnswer> => ({
  ...{ id, file, type, value, reason, rules: [...rules] },
  expires_at: expiresAt,
  active: isActive,
});

const list: Route = {
  method: "get",
  path: PATH,
  verb: "rules.read",
  tag: "rules",
  summary: "Whom the live set spares some of its rules",
  answers: { 200: { description: "The entries", schema: z.object({ snoozes: z.array(SnoozeAnswer) }) } },
  handle: async (c) => {
    const found = await readSnoozes(ruleDepsOf(c.get("services")), staffContextOf(c));
    return found.ok ? c.json({ snoozes: found.value.map(describeSnooze) }) : answerProblem(c, problemOfStaffRefusal(found.error));
  },
};

const create: Route = {
  method: "post",
  path: PATH,
  verb: "rules.publish",
  tag: "rules",
  summary: "Silence some rules for one entity until a time, from the next decision on",
  description: "At most 90 days. It stands in the live set and in the draft, and needs no approval.",
  body: SnoozeCall,
  answers: { 201: { description: "The entry", schema: SnoozeAnswer.extend({ seq: z.int() }) } },
  handle: async (c) => {
    const call = await readCall(c);
    if (!call.ok) return answerProblem(c, call.error);
    const made = await createSnooze(ruleDepsOf(c.get("services")), staffContextOf(c), call.value);
    if (!made.ok) return answerProblem(c, problemOfRules(made.error));
    return c.json({ ...describeSnooze(made.value.output), seq: made.value.seq }, 201);
  },
};

const end: Route = {
  method: "delete",
  path: `${PATH}/{id}`,
  verb: "rules.publish",
  tag: "rules",
  summary: "End a snooze before its time",
  answers: { 200: { description: "The entry that is gone", schema: SnoozeAnswer.extend({ seq: z.int() }) } },
  handle: async (c) => {
    const call = await readOptionalCall(c);
    if (!call.ok) return answerProblem(c, call.error);
    const ended = await endSnooze(ruleDepsOf(c.get("services")), staffContextOf(c), call.value);
    if (!ended.ok) return answerProblem(c, problemOfRules(ended.error));
    return c.json({ ...describeSnooze(ended.value.output), seq: ended.value.seq });
  },
};

export const snoozeRoutes: readonly Route[] = [list, create, end];
