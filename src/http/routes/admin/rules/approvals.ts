import * as z from "zod";
import { approvePublish, DecisionCall, listApprovals, readApproval, rejectPublish } from "../../../../backoffice/rules/approvals.ts";
import { APPROVAL_STATES, type ApprovalRecord } from "../../../../ports/workshop.ts";
import { parseQuery } from "../../../parse-query.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { readCall } from "./read-call.ts";
import { DifferenceAnswer, describeDifference, describeSources, PublishedAnswer, SourcesAnswer } from "./rule-answers.ts";
import { ruleDepsOf } from "./rule-deps.ts";
import { problemOfRules } from "./rule-problem.ts";

const PATH = "/api/admin/fraud-rules/approvals";
const Person = z.object({ id: z.string(), name: z.string() });
const ApprovalAnswer = z.object({
  id: z.string(),
  state: z.enum(APPROVAL_STATES),
  base_seq: z.int(),
  message: z.string(),
  author: Person,
  created_at: z.string(),
  decided_by: Person.nullable(),
  decided_at: z.string().nullable(),
  note: z.string(),
  seq: z.int().nullable(),
});

const describeApproval = (one: Omit<ApprovalRecord, "text">): z.infer<typeof ApprovalAnswer> => ({
  ...{ id: one.id, state: one.state, base_seq: one.baseSeq, message: one.message, author: one.author },
  created_at: new Date(one.createdAtMs).toISOString(),
  decided_by: one.decidedBy,
  decided_at: one.decidedAtMs === null ? null : new Date(one.decidedAtMs).toISOString(),
  ...{ note: one.note, seq: one.seq },
});

const Query = z.strictObject({ state: z.enum(APPROVAL_STATES).optional() });
const list: Route = {
  method: "get",
  path: PATH,
  verb: "rules.read",
  tag: "rules",
  summary: "Rule sets that wait for a second person, or waited: newest first, at most 200",
  query: Query,
  answers: { 200: { description: "The requests", schema: z.object({ approvals: z.array(ApprovalAnswer) }) } },
  handle: async (c) => {
    const query = parseQuery(c, Query);
    if (!query.ok) return answerProblem(c, query.error);
    const listed = await listApprovals(ruleDepsOf(c.get("services")), staffContextOf(c), query.value.state ?? null);
    return listed.ok ? c.json({ approvals: listed.value.map(describeApproval) }) : answerProblem(c, problemOfStaffRefusal(listed.error));
  },
};

const read: Route = {
  method: "get",
  path: `${PATH}/{id}`,
  verb: "rules.read",
  tag: "rules",
  summary: "What exactly is asked for, and what it says differently from the live set",
  answers: {
    200: {
      description: "The request; `difference` is null when the live set has no sources",
      schema: ApprovalAnswer.extend({ sources: SourcesAnswer, difference: DifferenceAnswer.nullable() }),
    },
  },
  handle: async (c) => {
    const found = await readApproval(ruleDepsOf(c.get("services")), staffContextOf(c), c.req.param("id") ?? "");
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    const { approval, sources, difference } = found.value;
    const told = difference === null ? null : describeDifference(difference);
    return c.json({ ...describeApproval(approval), sources: describeSources(sources), difference: told });
  },
};

const approve: Route = {
  method: "post",
  path: `${PATH}/{id}/approve`,
  verb: "rules.approve",
  tag: "rules",
  summary: "Publish what another person asked to publish",
  description: "A 403 `own_approval` for its author; a 409 `base_moved` when another version went live since.",
  body: DecisionCall,
  answers: { 200: { description: "Live", schema: PublishedAnswer } },
  handle: async (c) => {
    const call = await readCall(c);
    if (!call.ok) return answerProblem(c, call.error);
    const services = c.get("services");
    const context = staffContextOf(c);
    const approved = await approvePublish(ruleDepsOf(services), context, call.value);
    if (!approved.ok) return answerProblem(c, problemOfRules(approved.error));
    services.log("ruleset_published", { seq: approved.value.seq, ruleset: approved.value.ruleset, author: context.actor.id });
    return c.json(approved.value);
  },
};

const reject: Route = {
  method: "post",
  path: `${PATH}/{id}/reject`,
  verb: "rules.approve",
  tag: "rules",
  summary: "Turn a request down, or withdraw one's own",
  body: DecisionCall,
  answers: { 200: { description: "It no longer waits", schema: z.object({ id: z.string() }) } },
  handle: async (c) => {
    const call = await readCall(c);
    if (!call.ok) return answerProblem(c, call.error);
    const rejected = await rejectPublish(ruleDepsOf(c.get("services")), staffContextOf(c), call.value);
    return rejected.ok ? c.json(rejected.value) : answerProblem(c, problemOfStaffRefusal(rejected.error));
  },
};

export const approvalRoutes: readonly Route[] = [list, read, approve, reject];
