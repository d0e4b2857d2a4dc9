import * as z from "zod";
import {
  DefineCall,
  DraftCall,
  deleteDefine,
  FeaturesCall,
  putDefine,
  putFeatures,
  ResetCall,
  replaceDraft,
  resetDraft,
} from "../../../../backoffice/rules/edit-draft.ts";
import { readDraftView } from "../../../../backoffice/rules/read-rules.ts";
import { answerProblem } from "../../../problem.ts";
import type { Route } from "../../../route.ts";
import { staffContextOf } from "../../../staff-context.ts";
import { problemOfStaffRefusal } from "../../../staff-refusal.ts";
import { answerEdit } from "./edit-answer.ts";
import { readCall, readOptionalCall } from "./read-call.ts";
import { describeSources, EditAnswer, SourcesAnswer } from "./rule-answers.ts";
import { ruleDepsOf } from "./rule-deps.ts";

const DRAFT = "/api/admin/fraud-rules/draft";
const DEFINE = "/api/admin/fraud-rules/defines/{file}/{name}";
const FEATURES = "/api/admin/fraud-rules/features";

const readDraft: Route = {
  method: "get",
  path: DRAFT,
  verb: "rules.read",
  tag: "rules",
  summary: "The whole draft as people wrote it",
  answers: {
    200: {
      description: "The draft",
      schema: SourcesAnswer.extend({
        version: z.int(),
        base_seq: z.int(),
        live_seq: z.int().nullable(),
        edited: z.boolean(),
        updated_by: z.string().nullable(),
        updated_at: z.string().nullable(),
      }),
    },
  },
  handle: async (c) => {
    const found = await readDraftView(ruleDepsOf(c.get("services")), staffContextOf(c));
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    const { draft, liveSeq } = found.value;
    const { version, baseSeq, isEdited, updatedBy, updatedAtMs, sources } = draft;
    c.header("etag", `"${version}"`);
    const updated = { updated_by: updatedBy, updated_at: updatedAtMs === null ? null : new Date(updatedAtMs).toISOString() };
    return c.json({ version, base_seq: baseSeq, live_seq: liveSeq, edited: isEdited, ...updated, ...describeSources(sources) });
  },
};

const putDraft: Route = {
  method: "put",
  path: DRAFT,
  verb: "rules.edit",
  tag: "rules",
  summary: "Replace the whole draft",
  description: "In a conflict `difference` tells rule by rule what the draft says otherwise than what was sent.",
  body: DraftCall,
  answers: { 200: { description: "Replaced", schema: EditAnswer } },
  handle: async (c) => answerEdit(c, await readCall(c), replaceDraft),
};

const resetToLive: Route = {
  method: "post",
  path: `${DRAFT}/reset`,
  verb: "rules.edit",
  tag: "rules",
  summary: "Make the draft the live set again",
  body: ResetCall,
  answers: { 200: { description: "Reset", schema: EditAnswer } },
  handle: async (c) => answerEdit(c, await readCall(c), resetDraft),
};

const putNamedCondition: Route = {
  method: "put",
  path: DEFINE,
  verb: "rules.edit",
  tag: "rules",
  summary: "Give a condition a name in a file of the draft",
  body: DefineCall,
  answers: {
    200: { description: "The condition", schema: EditAnswer.extend({ file: z.string(), name: z.string(), condition: z.unknown() }) },
  },
  handle: async (c) => answerEdit(c, await readCall(c), putDefine),
};

const deleteNamedCondition: Route = {
  method: "delete",
  path: DEFINE,
  verb: "rules.edit",
  tag: "rules",
  summary: "Take a named condition out of a file of the draft; what used it becomes a fault there",
  answers: { 200: { description: "Gone", schema: EditAnswer.extend({ file: z.string(), name: z.string() }) } },
  handle: async (c) => answerEdit(c, await readOptionalCall(c), deleteDefine),
};

const readFeatures: Route = {
  method: "get",
  path: FEATURES,
  verb: "rules.read",
  tag: "rules",
  summary: "The features that the draft's rules read, as the text of features.json",
  answers: { 200: { description: "The text", schema: z.object({ version: z.int(), features: z.string() }) } },
  handle: async (c) => {
    const found = await readDraftView(ruleDepsOf(c.get("services")), staffContextOf(c));
    if (!found.ok) return answerProblem(c, problemOfStaffRefusal(found.error));
    const { version, sources } = found.value.draft;
    c.header("etag", `"${version}"`);
    return c.json({ version, features: sources.features });
  },
};

const writeFeatures: Route = {
  method: "put",
  path: FEATURES,
  verb: "rules.edit",
  tag: "rules",
  summary: "Replace the text of features.json in the draft",
  body: FeaturesCall,
  answers: { 200: { description: "What changed, by feature", schema: EditAnswer.extend({ difference: z.array(z.unknown()) }) } },
  handle: async (c) => answerEdit(c, await readCall(c), putFeatures),
};

export const draftRoutes: readonly Route[] = [
  readDraft,
  putDraft,
  resetToLive,
  putNamedCondition,
  deleteNamedCondition,
  readFeatures,
  writeFeatures,
];
