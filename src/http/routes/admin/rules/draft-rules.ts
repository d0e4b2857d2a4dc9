import * as z from "zod";
import { createRule, NewRuleCall, ReorderCall, reorderDraft } from "../../../../backoffice/rules/edit-rules.ts";
import { readRules } from "../../../../backoffice/rules/read-rules.ts";
import { MODES, SEVERITIES } from "../../../../core/rules/document.ts";
import { parseQuery } from "../../../parse-query.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { answerEdit } from "./edit-answer.ts";
import { readCall } from "./read-call.ts";
import { DifferenceAnswer, describeDifference, EditAnswer, RuleAnswer } from "./rule-answers.ts";
import { ruleDepsOf } from "./rule-deps.ts";

const Query = z.strictObject({
  q: z.string().max(200).optional(),
  mode: z.enum(MODES).optional(),
  severity: z.enum(SEVERITIES).optional(),
  file: z.string().max(200).optional(),
});
const RulesAnswer = z.object({
  version: z.int(),
  base_seq: z.int(),
  live_seq: z.int().nullable(),
  rules: z.array(RuleAnswer),
  difference: DifferenceAnswer,
});

const listDraftRules: Route = {
  method: "get",
  path: "/api/admin/fraud-rules",
  verb: "rules.read",
  tag: "rules",
  summary: "The rules of the draft, and what differs from the live set",
  query: Query,
  answers: { 200: { description: "The rules", schema: RulesAnswer } },
  handle: async (c) => {
    const query = parseQuery(c, Query);
    if (!query.ok) return answerProblem(c, query.error);
    const { q = null, mode = null, severity = null, file = null } = query.value;
    const found = await readRules(ruleDepsOf(c.get("services")), staffContextOf(c), { q, mode, severity, file });
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    const { draft, liveSeq, rules, difference } = found.value;
    c.header("etag", `"${draft.version}"`);
    return c.json({
      version: draft.version,
      base_seq: draft.baseSeq,
      live_seq: liveSeq,
      rules: rules.map(({ id, document, rule, difference }) => ({ id, file: document.file.name, rule, difference })),
      difference: describeDifference(difference),
    });
  },
};

const addDraftRule: Route = {
  method: "post",
  path: "/api/admin/fraud-rules",
  verb: "rules.edit",
  tag: "rules",
  summary: "Add a rule to a file of the draft",
  description: "`If-Match` or `version` names the draft's version. `faults` is what is wrong with the draft now: it may be unfinished.",
  body: NewRuleCall,
  answers: { 201: { description: "The rule", schema: EditAnswer.extend({ id: z.string(), rule: z.unknown() }) } },
  handle: async (c) => answerEdit(c, await readCall(c), createRule, 201),
};

const reorderDraftRules: Route = {
  method: "post",
  path: "/api/admin/fraud-rules/reorder",
  verb: "rules.edit",
  tag: "rules",
  summary: "Put the rules of a file of the draft into another order",
  body: ReorderCall,
  answers: { 200: { description: "The order", schema: EditAnswer.extend({ file: z.string(), ids: z.array(z.string()) }) } },
  handle: async (c) => answerEdit(c, await readCall(c), reorderDraft),
};

export const draftRuleRoutes: readonly Route[] = [listDraftRules, addDraftRule, reorderDraftRules];
