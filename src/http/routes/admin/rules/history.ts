import * as z from "zod";
import { compareSets, readFullVersion, readHistory } from "../../../../backoffice/rules/read-history.ts";
import { RollbackCall, rollBack } from "../../../../backoffice/rules/roll-back.ts";
import { Manifest } from "../../../../core/config/manifest.ts";
import { parseQuery } from "../../../parse-query.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { readCall } from "./read-call.ts";
import { DifferenceAnswer, describeDifference, describeSources, describeVersion, SourcesAnswer, VersionAnswer } from "./rule-answers.ts";
import { ruleDepsOf } from "./rule-deps.ts";
import { problemOfRules } from "./rule-problem.ts";

const Seq = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

const HistoryQuery = z.strictObject({
  /** The `next` of the page before. */
  before: Seq.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const history: Route = {
  method: "get",
  path: "/api/admin/fraud-rules/history",
  verb: "rules.read",
  tag: "rules",
  summary: "Every version that went live, newest first",
  query: HistoryQuery,
  answers: { 200: { description: "A page", schema: z.object({ versions: z.array(VersionAnswer), next: z.int().nullable() }) } },
  handle: async (c) => {
    const query = parseQuery(c, HistoryQuery);
    if (!query.ok) return answerProblem(c, query.error);
    const { before = null, limit } = query.value;
    const found = await readHistory(ruleDepsOf(c.get("services")), staffContextOf(c), { beforeSeq: before, limit });
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    const { versions, next } = found.value;
    return c.json({ versions: versions.map((record) => describeVersion(record, Manifest.parse(JSON.parse(record.text)))), next });
  },
};

const version: Route = {
  method: "get",
  path: "/api/admin/fraud-rules/versions/{seq}",
  verb: "rules.read",
  tag: "rules",
  summary: "One version with the files it was made from and its compiled form",
  answers: {
    200: {
      description: "The version; `sources` is null for one from before they were kept",
      schema: VersionAnswer.extend({ sources: SourcesAnswer.nullable(), features_text: z.string(), compiled: z.unknown() }),
    },
  },
  handle: async (c) => {
    const seq = Seq.safeParse(c.req.param("seq"));
    if (!seq.success) return answerProblem(c, { status: 404, code: "not_found", detail: "a version is a number from 1 on" });
    const found = await readFullVersion(ruleDepsOf(c.get("services")), staffContextOf(c), seq.data);
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    const { record, manifest, sources, features, ruleset } = found.value;
    const described = describeVersion(record, manifest);
    return c.json({
      ...described,
      sources: sources === null ? null : describeSources(sources),
      features_text: features,
      compiled: ruleset,
    });
  },
};

const SetName = z.union([z.enum(["live", "draft"]), Seq], { error: "is `live`, `draft` or a version's number" });
const DiffQuery = z.strictObject({ from: SetName.default("live"), to: SetName.default("draft") });
const diff: Route = {
  method: "get",
  path: "/api/admin/fraud-rules/diff",
  verb: "rules.read",
  tag: "rules",
  summary: "What one version says differently from another, rule by rule",
  description: "`from` and `to` are version numbers, `live` or `draft`; left out, from the live set to the draft.",
  query: DiffQuery,
  answers: { 200: { description: "The difference", schema: DifferenceAnswer } },
  handle: async (c) => {
    const query = parseQuery(c, DiffQuery);
    if (!query.ok) return answerProblem(c, query.error);
    const compared = await compareSets(ruleDepsOf(c.get("services")), staffContextOf(c), query.value);
    return compared.ok ? c.json(describeDifference(compared.value)) : answerProblem(c, problemOfStaffRefusal(compared.error));
  },
};

const rollback: Route = {
  method: "post",
  path: "/api/admin/fraud-rules/rollback",
  verb: "rules.publish",
  tag: "rules",
  summary: "Make the rules of an earlier version live again for the next decision",
  description:
    "A new version with the old rules, features and cases; lists and models stay as they are. It needs no approval. An edited draft stays.",
  body: RollbackCall,
  answers: { 200: { description: "Live", schema: z.object({ seq: z.int(), manifest: z.string(), to: z.int() }) } },
  handle: async (c) => {
    const call = await readCall(c);
    if (!call.ok) return answerProblem(c, call.error);
    const services = c.get("services");
    const context = staffContextOf(c);
    const done = await rollBack(ruleDepsOf(services), context, call.value);
    if (!done.ok) return answerProblem(c, problemOfRules(done.error));
    const { seq, manifest, output } = done.value;
    services.log("ruleset_rolled_back", { seq, to: output.to, author: context.actor.id });
    return c.json({ seq, manifest, ...output });
  },
};

export const historyRoutes: readonly Route[] = [history, version, diff, rollback];
