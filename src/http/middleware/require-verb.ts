import { type GrantRefusal, refusalOf } from "../../core/access/grant.ts";
import type { Verb } from "../../core/access/permission.ts";
import { authenticate } from "../authenticate.ts";
import type { Caller } from "../context.ts";
import { answerProblem } from "../problem.ts";
import type { Step } from "../step.ts";

/** Lets a request through when its key or token may do the verb; deny by default. */
export function requireVerb(verb: Verb): Step {
  return {
    before: async (c) => {
      c.header("cache-control", "no-store");
      const caller = await authenticate(c, verb);
      if (!caller.ok) {
        if (caller.error.status === 401) c.header("www-authenticate", 'Bearer realm="tollgate"');
        return answerProblem(c, caller.error);
      }
      // Known before it is judged: the log of a refused access says who it was.
      c.set("caller", caller.value);
      const refusal = refusalOf(c.get("services").permissions, caller.value, verb, c.req.method);
      if (refusal !== null) return answerProblem(c, { status: 403, code: "not_allowed", detail: sentenceOf(refusal, caller.value, verb) });
      return null;
    },
  };
}

function sentenceOf(refusal: GrantRefusal, caller: Caller, verb: Verb): string {
  switch (refusal) {
    case "role":
      return `the role \`${caller.role}\` may not do \`${verb}\``;
    case "scope":
      return `the scopes of this credential do not include \`${verb}\``;
    case "method":
      return `the role \`${caller.role}\` only reads`;
  }
}
