import * as z from "zod";
import { refreshSession } from "../../../pipeline/auth/refresh-session.ts";
import { parseFields } from "../../parse-body.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { readFields } from "./read-fields.ts";
import { answerToken, TokenAnswer } from "./token-answer.ts";

export const RefreshToken = z.string().min(1).max(200);
const Body = z.object({ refresh_token: RefreshToken });

export const refreshToken: Route = {
  method: "post",
  path: "/api/v1/auth/refresh",
  verb: null,
  tag: "auth",
  summary: "Replace a refresh token by a new one, with a new access token",
  description:
    "A refresh token works once; for 10 seconds more it works again, for a second tab or a lost answer. After that its use ends the session.",
  body: Body,
  answers: { 200: { description: "A token", schema: TokenAnswer } },
  handle: async (c) => {
    const fields = await readFields(c);
    if (!fields.ok) return answerProblem(c, fields.error);
    const body = parseFields(fields.value, Body);
    if (!body.ok) return answerProblem(c, body.error);
    return answerToken(c, "refresh_token", await refreshSession(c.get("services").auth, body.value.refresh_token));
  },
};
