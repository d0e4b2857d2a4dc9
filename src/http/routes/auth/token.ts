import * as z from "zod";
import { TriedPassword } from "../../../core/access/user.ts";
import { grantClient } from "../../../pipeline/auth/grant-client.ts";
import { grantPassword } from "../../../pipeline/auth/grant-password.ts";
import { refreshSession } from "../../../pipeline/auth/refresh-session.ts";
import { callDeadline } from "../../call-deadline.ts";
import { callerAddress } from "../../caller-address.ts";
import { parseFields } from "../../parse-body.ts";
import { answerProblem } from "../../problem.ts";
import type { Route } from "../../route.ts";
import { readFields } from "./read-fields.ts";
import { RefreshToken } from "./refresh.ts";
import { answerToken, TokenAnswer } from "./token-answer.ts";

const Body = z.discriminatedUnion("grant_type", [
  z.object({
    grant_type: z.literal("password"),
    username: z.string().trim().toLowerCase().min(1).max(100),
    password: TriedPassword,
    code: z.string().min(1).max(40).optional(),
    device_token: z.string().min(1).max(2_048).optional(),
  }),
  z.object({
    grant_type: z.literal("client_credentials"),
    client_id: z.string().min(1).max(100),
    client_secret: z.string().min(1).max(200),
  }),
  z.object({ grant_type: z.literal("refresh_token"), refresh_token: RefreshToken }),
]);

export const issueToken: Route = {
  method: "post",
  path: "/api/v1/auth/token",
  verb: null,
  tag: "auth",
  summary: "Sign in: a password for staff, OAuth 2.0 client credentials for programs",
  description:
    "An access token lives 15 minutes and is sent as `Authorization: Bearer`. `client_id` is the id of an API key, `client_secret` the key; both may come as HTTP Basic. Fields may be form-encoded. With a second factor `code` is sent beside the password; without it a right password is answered `second_factor_required`. `device_token` of an earlier sign-in keeps others' guesses from slowing this one down.",
  body: Body,
  answers: { 200: { description: "A token", schema: TokenAnswer } },
  handle: async (c) => {
    const fields = await readFields(c);
    if (!fields.ok) return answerProblem(c, fields.error);
    const body = parseFields(fields.value, Body);
    if (!body.ok) return answerProblem(c, body.error);
    const services = c.get("services");
    const call = body.value;
    switch (call.grant_type) {
      case "password":
        return answerToken(
          c,
          call.grant_type,
          await grantPassword(services.auth, { ...call, deviceToken: call.device_token, address: callerAddress(c) }),
        );
      case "client_credentials": {
        const verdict = await services.verifyKey(call.client_secret, {
          coldBudgetMs: callDeadline(c, null).leftMs(),
          waitUntil: (work) => c.executionCtx.waitUntil(work),
          // The call counted in its address's limit before it came here.
          admit: async () => true,
        });
        return answerToken(c, call.grant_type, await grantClient(services.auth, { clientId: call.client_id, verdict }));
      }
      case "refresh_token":
        return answerToken(c, call.grant_type, await refreshSession(services.auth, call.refresh_token));
    }
  },
};
