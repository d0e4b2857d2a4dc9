import * as z from "zod";
import { revokeToken as revoke } from "../../../pipeline/auth/revoke-token.ts";
import { parseFields } from "../../parse-body.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { readFields } from "./read-fields.ts";
import { problemOfAuth } from "./token-answer.ts";

const Body = z.object({ token: z.string().min(1).max(4_096) });

export const revokeToken: Route = {
  method: "post",
  path: "/api/v1/auth/revoke",
  verb: null,
  tag: "auth",
  summary: "Sign out: end the session of a refresh or access token",
  description: "Answers alike for tokens that are not known (RFC 7009). With a 503 the token may still be good: send it again.",
  body: Body,
  answers: { 200: { description: "The token is good for nothing", schema: z.object({ revoked: z.literal(true) }) } },
  handle: async (c) => {
    const fields = await readFields(c);
    if (!fields.ok) return answerProblem(c, fields.error);
    const body = parseFields(fields.value, Body);
    if (!body.ok) return answerProblem(c, body.error);
    const services = c.get("services");
    const revoked = await revoke(services.auth, body.value.token);
    if (!revoked.ok) return answerProblem(c, problemOfAuth(revoked.error, "revoke"));
    if (revoked.value !== null) services.log("sign_out", { request_id: c.get("requestId"), session_id: revoked.value });
    return c.json({ revoked: true });
  },
};
