import * as z from "zod";
import { isStaff } from "../../core/access/permission.ts";
import { DecisionAnswer, StoredFacts } from "../../core/decision/answer.ts";
import { readDecision as read } from "../../pipeline/read-decision.ts";
import { answerProblem } from "../problem.ts";
import { problemOfRefusal } from "../refusal.ts";
import type { Route } from "../route.ts";

const Query = z.strictObject({ stage: z.string().max(32).optional() });
const Label = z.object({ label: z.string(), source: z.string(), labelled_at: z.string() });

export const readDecision: Route = {
  method: "get",
  path: "/api/v1/decisions/{id}",
  verb: "decisions.read",
  tag: "decisions",
  summary: "A stored decision with everything it read",
  description: "By `decision_id`, or by `transaction_id` (its last stage, or the one named).",
  query: Query,
  answers: {
    200: {
      description: "The decision",
      schema: DecisionAnswer.extend({ facts: StoredFacts, decided_at: z.string(), recovered: z.boolean(), label: Label.nullable() }),
    },
  },
  handle: async (c) => {
    const query = Query.safeParse(c.req.query());
    if (!query.success) return answerProblem(c, { status: 422, code: "invalid_query", detail: "only `stage` is known here" });
    const caller = c.get("caller");
    const found = await read(c.get("services"), {
      id: c.req.param("id") ?? "",
      stage: query.data.stage ?? null,
      world: caller.world,
      isStaff: isStaff(caller.role),
    });
    return found.ok ? c.json(found.value) : answerProblem(c, problemOfRefusal(found.error));
  },
};
