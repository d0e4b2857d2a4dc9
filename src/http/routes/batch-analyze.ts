import * as z from "zod";
import { isStaff } from "../../core/access/permission.ts";
import { DecisionAnswer } from "../../core/decision/answer.ts";
import { GatedTransaction } from "../../core/event/schema.ts";
import { createDeadline } from "../../pipeline/budget.ts";
import { decideBatch } from "../../pipeline/decide-batch.ts";
import { callerAddress } from "../caller-address.ts";
import { readJson } from "../json-body.ts";
import { countCalls } from "../middleware/limit.ts";
import { answerProblem, problemBody } from "../problem.ts";
import { problemOfRefusal } from "../refusal.ts";
import type { Route } from "../route.ts";

const MAX_ITEMS = 1_000;
/** A batch is work in the background: it has its own deadline. */
const DEADLINE_MS = 25_000;

export const batchAnalyze: Route = {
  method: "post",
  path: "/api/v1/batch-analyze",
  verb: "decide",
  counts: "itself",
  tag: "decisions",
  summary: "Decide on up to 1,000 transactions, in order",
  description:
    "Answers stand in the order of the input; each transaction sees the earlier ones. A bad item gets its own problem in its place. Each transaction counts as one call in the caller's limits.",
  body: z.array(GatedTransaction).min(1).max(MAX_ITEMS),
  answers: {
    200: {
      description: "The answers",
      schema: z.array(z.union([DecisionAnswer, z.object({ status: z.int(), code: z.string(), detail: z.string() })])),
    },
  },
  handle: async (c) => {
    const services = c.get("services");
    const caller = c.get("caller");
    const body = await readJson(c);
    if (!body.ok) return answerProblem(c, body.error);
    if (!Array.isArray(body.value))
      return answerProblem(c, { status: 422, code: "invalid_type", detail: "the body must be a JSON array of transactions" });
    if (body.value.length === 0) return answerProblem(c, { status: 422, code: "empty", detail: "the array holds no transaction" });
    if (body.value.length > MAX_ITEMS)
      return answerProblem(c, {
        status: 422,
        code: "too_many",
        detail: `the array holds ${body.value.length} transactions; send at most ${MAX_ITEMS}`,
      });
    const refused = await countCalls(c, body.value.length);
    if (refused !== null) return answerProblem(c, refused);
    const answers = await decideBatch(services, {
      inputs: body.value,
      caller: { world: caller.world, address: callerAddress(c), degraded: caller.degraded, isStaff: isStaff(caller.role) },
      deadline: createDeadline(services.clock, c.get("startMs"), DEADLINE_MS),
      waitUntil: (work) => c.executionCtx.waitUntil(work),
      requestId: c.get("requestId"),
    });
    if (!answers.ok) return answerProblem(c, problemOfRefusal(answers.error));
    return c.json(
      answers.value.map((answer) => (answer.ok ? answer.value : problemBody(problemOfRefusal(answer.error), c.get("requestId")))),
    );
  },
};
