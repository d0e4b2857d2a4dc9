import { answerProblem } from "../problem.ts";
import type { Step } from "../step.ts";

/** Refuses NUL in path and query: no id or filter has one, and Postgres refuses it in any text, which would look like an outage. */
export const refuseNul: Step = {
  before(c) {
    if (!c.req.url.includes("%00")) return null;
    return answerProblem(c, { status: 400, code: "malformed_url", detail: "the path or the query holds the character NUL (`%00`)" });
  },
};
