import * as z from "zod";
import { deleteRule, RuleCall, updateRule } from "../../../../backoffice/rules/edit-rules.ts";
import { KillCall, killRule } from "../../../../backoffice/rules/kill-rule.ts";
import { readRule } from "../../../../backoffice/rules/read-rules.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { answerEdit } from "./edit-answer.ts";
import { readCall, readOptionalCall } from "./read-call.ts";
import { EditAnswer, RuleAnswer } from "./rule-answers.ts";
import { ruleDepsOf } from "./rule-deps.ts";
import { problemOfRules } from "./rule-problem.ts";

const PATH = "/api/admin/fraud-rules/{id}";
const Dependent = z.object({
  kind: z.enum(["case", "whitelist", "snooze", "block", "report"]),
  file: z.string().nullable(),
  name: z.string(),
});

const readDraftRule: Route = {
  method: "get",
  path: PATH,
  verb: "rules.read",
  tag: "rules",
  summary: "One rule of the draft, beside what is live",
  description: "By its full id, percent-encoded (`transfer%2FR1`), or by its bare id when no other file has it.",
  answers: {
    200: {
      description: "The rule",
      schema: RuleAnswer.extend({ version: z.int(), live: z.unknown(), dependents: z.array(Dependent) }),
    },
  },
  handle: async (c) => {
    const found = await readRule(ruleDepsOf(c.get("services")), staffContextOf(c), c.req.param("id") ?? "");
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    const { draft, rule, live, dependents } = found.value;
    c.header("etag", `"${draft.version}"`);
    const { id, document, difference } = rule;
    return c.json({ id, file: document.file.name, rule: rule.rule, difference, version: draft.version, live, dependents });
  },
};

const putDraftRule: Route = {
  method: "put",
  path: PATH,
  verb: "rules.edit",
  tag: "rules",
  summary: "Replace a rule of the draft; fields that stay the same keep their formatting",
  body: RuleCall,
  answers: { 200: { description: "The rule", schema: EditAnswer.extend({ id: z.string(), rule: z.unknown() }) } },
  handle: async (c) => answerEdit(c, await readCall(c), updateRule),
};

const deleteDraftRule: Route = {
  method: "delete",
  path: PATH,
  verb: "rules.edit",
  tag: "rules",
  summary: "Take a rule out of the draft, unless something names it",
  description: "A 409 `rule_in_use` lists the cases and whitelist entries that name it, and the blocks in force that it made.",
  answers: { 200: { description: "Gone from the draft", schema: EditAnswer.extend({ id: z.string() }) } },
  handle: async (c) => answerEdit(c, await readOptionalCall(c), deleteRule),
};

const killLiveRule: Route = {
  method: "post",
  path: `${PATH}/kill`,
  verb: "rules.publish",
  tag: "rules",
  summary: "Turn a live rule off for the next decision, in the live set and in the draft",
  body: KillCall,
  answers: {
    200: { description: "It is off", schema: z.object({ seq: z.int(), manifest: z.string(), id: z.string(), was: z.string() }) },
  },
  handle: async (c) => {
    const call = await readCall(c);
    if (!call.ok) return answerProblem(c, call.error);
    const services = c.get("services");
    const context = staffContextOf(c);
    const killed = await killRule(ruleDepsOf(services), context, call.value);
    if (!killed.ok) return answerProblem(c, problemOfRules(killed.error));
    const { seq, manifest, output } = killed.value;
    services.log("rule_killed", { seq, rule: output.id, author: context.actor.id });
    return c.json({ seq, manifest, ...output });
  },
};

/** INVARIANT: these come last of all routes below `/api/admin/fraud-rules`, whose other paths would be taken for ids. */
export const singleRuleRoutes: readonly Route[] = [readDraftRule, putDraftRule, deleteDraftRule, killLiveRule];
