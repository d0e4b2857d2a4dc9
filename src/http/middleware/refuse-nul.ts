import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../context.ts";
import { answerProblem } from "../problem.ts";

/** Refuses NUL in path and query: no id or filter has one, and Postgres refuses it in any text, which would look like an outage. */
export const refuseNul = createMiddleware<AppEnv>(async (c, next) => {
  if (!c.req.url.includes("%00")) return next();
  return answerProblem(c, { status: 400, code: "malformed_url", detail: "the path or the query holds the character NUL (`%00`)" });
});
