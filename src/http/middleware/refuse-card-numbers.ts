import { holdsCardNumber } from "../../core/privacy/find-card-numbers.ts";
import { answerProblem } from "../problem.ts";
import type { Step } from "../step.ts";

/** Most URLs: encoded or in another script, each digit of a number still takes an ASCII digit here. */
const FEW_DIGITS = /^(?:\D*\d){0,12}\D*$/;

/** Refuses a card number in path or query, where it would become an id, a filter or a target of the audit log; never repeats it. */
export const refuseCardNumbers: Step = {
  before(c) {
    if (FEW_DIGITS.test(c.req.url)) return null;
    const { pathname, search } = new URL(c.req.url);
    const parts = [...pathname.split("/"), ...search.replaceAll("+", " ").split(/[?&=]/)];
    if (!parts.some(holdsCardNumber)) return null;
    return answerProblem(c, {
      status: 400,
      code: "card_number",
      detail: "the path or the query holds a card number, which is never stored: name the card by its token",
    });
  },
};
