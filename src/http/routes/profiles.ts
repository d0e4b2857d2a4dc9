import { putProfile as put } from "../../pipeline/put-profile.ts";
import { parseBody } from "../parse-body.ts";
import { answerProblem } from "../problem.ts";
import { problemOfRefusal } from "../refusal.ts";
import type { Route } from "../route.ts";
import { Values } from "../stored-values.ts";

export const putProfile: Route = {
  method: "put",
  path: "/api/v1/profiles/{client}",
  verb: "profiles.write",
  tag: "facts",
  summary: "Write a client's profile, which profileLookup features read",
  description: "Replaces the whole profile.",
  body: Values,
  answers: { 204: { description: "Written" } },
  handle: async (c) => {
    const body = await parseBody(c, Values);
    if (!body.ok) return answerProblem(c, body.error);
    const client = c.req.param("client") ?? "";
    const written = await put(c.get("services"), { client, values: body.value, world: c.get("caller").world });
    return written.ok ? c.body(null, 204) : answerProblem(c, problemOfRefusal(written.error));
  },
};
