import { putProfile as put } from "../../pipeline/put-profile.ts";
import { parseBody } from "../parse-body.ts";
import { answerProblem } from "../problem.ts";
import { problemOfRefusal } from "../refusal.ts";
import type { Route } from "../route.ts";
import { Profile } from "../stored-values.ts";

export const putProfile: Route = {
  method: "put",
  path: "/api/v1/profiles/{client}",
  verb: "profiles.write",
  tag: "facts",
  summary: "Write a client's profile, which profileLookup features read",
  description:
    "Replaces the whole profile. `consent`, by purpose, is not part of it: it is added to the history of what the client agreed to or refused.",
  body: Profile,
  answers: { 204: { description: "Written" } },
  handle: async (c) => {
    const body = await parseBody(c, Profile);
    if (!body.ok) return answerProblem(c, body.error);
    const client = c.req.param("client") ?? "";
    const written = await put(c.get("services"), { client, ...body.value, world: c.get("caller").world });
    return written.ok ? c.body(null, 204) : answerProblem(c, problemOfRefusal(written.error));
  },
};
