import * as z from "zod";
import { labelDecision as label } from "../../pipeline/label-decision.ts";
import { LABELS } from "../../ports/records.ts";
import { parseBody } from "../parse-body.ts";
import { answerProblem } from "../problem.ts";
import { problemOfRefusal } from "../refusal.ts";
import type { Route } from "../route.ts";

const Body = z.strictObject({
  label: z.enum(LABELS),
  source: z.string().trim().min(1).max(64).default("api"),
  at: z.iso.datetime({ offset: true }).optional(),
});

export const labelDecision: Route = {
  method: "post",
  path: "/api/v1/decisions/{id}/label",
  verb: "decisions.label",
  tag: "decisions",
  summary: "Say what it really was: fraud, legitimate or chargeback",
  description: "The history of labels is kept; the latest counts in backtests, statistics and training.",
  body: Body,
  answers: {
    200: {
      description: "The label",
      schema: z.object({ decision_id: z.string(), label: z.enum(LABELS), source: z.string(), labelled_at: z.string() }),
    },
  },
  handle: async (c) => {
    const body = await parseBody(c, Body);
    if (!body.ok) return answerProblem(c, body.error);
    const caller = c.get("caller");
    const labelled = await label(c.get("services"), {
      id: c.req.param("id") ?? "",
      world: caller.world,
      label: body.value.label,
      source: body.value.source,
      atMs: body.value.at === undefined ? c.get("services").clock() : Date.parse(body.value.at),
      by: caller.keyId,
    });
    return labelled.ok ? c.json(labelled.value) : answerProblem(c, problemOfRefusal(labelled.error));
  },
};
