import { createMiddleware } from "hono/factory";
import { holdsCardNumber } from "../../core/privacy/find-card-numbers.ts";
import type { AppEnv } from "../context.ts";
import { answerProblem } from "../problem.ts";

/** Refuses a card number in path or query, where it would become an id, a filter or a target of the audit log; never repeats it. */
export const refuseCardNumbers = createMiddleware<AppEnv>(async (c, next) => {
  const { pathname, search } = new URL(c.req.url);
  const parts = [...pathname.split("/"), ...search.replaceAll("+", " ").split(/[?&=]/)];
  if (!parts.some(holdsCardNumber)) return next();
  return answerProblem(c, {
    status: 400,
    code: "card_number",
    detail: "the path or the query holds a card number, which is never stored: name the card by its token",
  });
});
