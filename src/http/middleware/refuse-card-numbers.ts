import type { Context } from "hono";
import { holdsCardNumber } from "../../core/privacy/find-card-numbers.ts";
import type { AppEnv } from "../context.ts";
import { answerProblem } from "../problem.ts";
import type { Step } from "../step.ts";
import { limitUnmatched } from "./limit.ts";

/** Most URLs: encoded or in another script, each digit of a number still takes an ASCII digit here. */
const FEW_DIGITS = /^(?:\D*\d){0,12}\D*$/;

/**
 * Refuses a card number in path or query, where it would become an id, a filter or a target of the audit log; never repeats it. The key is not read
 * before, so the call counts as one of what is not served.
 */
export const refuseCardNumbers: Step = {
  // Without a promise where there is nothing to refuse.
  before(c) {
    if (FEW_DIGITS.test(c.req.url)) return null;
    const { pathname, search } = new URL(c.req.url);
    const parts = [...pathname.split("/"), ...search.replaceAll("+", " ").split(/[?&=]/)];
    return parts.some(holdsCardNumber) ? refuse(c) : null;
  },
};

async function refuse(c: Context<AppEnv>): Promise<Response> {
  const limited = await limitUnmatched(c);
  if (limited !== null) return limited;
  return answerProblem(c, {
    status: 400,
    code: "card_number",
    detail: "the path or the query holds a card number, which is never stored: name the card by its token",
  });
}
