import type { Context } from "hono";
import * as z from "zod";
import type { Result } from "../../../core/result.ts";
import type { AuthRefusal, GrantedToken } from "../../../pipeline/auth/auth-services.ts";
import { callerAddress } from "../../caller-address.ts";
import { callerOfClaims } from "../../caller-of-claims.ts";
import type { AppEnv } from "../../context.ts";
import { answerProblem, type Problem } from "../../problem.ts";

export const TokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.literal("Bearer"),
  /** Seconds. */
  expires_in: z.int(),
  /** Not with client credentials. Each works once: the answer to a refresh has the next. */
  refresh_token: z.string().optional(),
  /** After a password: to be kept by this device, and sent with later sign-ins. */
  device_token: z.string().optional(),
  role: z.string(),
  /** `second_factor_required`: this token only sets up the second factor that the role must have. */
  limited_for: z.string().optional(),
});

/** Answers with a token or why there is none, and notes the attempt. */
export function answerToken(c: Context<AppEnv>, grantType: string, granted: Result<GrantedToken, AuthRefusal>): Response {
  c.header("cache-control", "no-store");
  const { log } = c.get("services");
  const about = { request_id: c.get("requestId"), grant_type: grantType, ip_address: callerAddress(c)?.slice(0, 45) ?? null };
  if (!granted.ok) {
    log("sign_in", { ...about, success: false, reason: granted.error.kind === "refused" ? granted.error.reason : granted.error.kind });
    return answerProblem(c, problemOfAuth(granted.error, grantType));
  }
  const { accessToken, expiresInSeconds, refreshToken, deviceToken, limitedFor, claims } = granted.value;
  // What is noted of this call says who it was.
  c.set("caller", callerOfClaims(claims, []));
  log("sign_in", { ...about, success: true, user_id: claims.sub });
  return c.json({
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: expiresInSeconds,
    ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
    ...(deviceToken === null ? {} : { device_token: deviceToken }),
    role: claims.role,
    ...(limitedFor === null ? {} : { limited_for: limitedFor }),
  });
}

/** A refusal as a problem; `error` is what OAuth clients read (RFC 6749 §5.2). */
export function problemOfAuth(refusal: AuthRefusal, grantType: string): Problem {
  switch (refusal.kind) {
    case "refused":
      if (refusal.reason === "code_required")
        return {
          status: 401,
          code: "second_factor_required",
          detail: "send `code` too: one of your authenticator app, or a recovery code",
          more: { error: "invalid_grant" },
        };
      if (refusal.reason === "wrong_code")
        return {
          status: 401,
          code: "wrong_code",
          detail: "the code is not good, or was used: wait for the next one of your app, and look at the time of its device",
          more: { error: "invalid_grant" },
        };
      return grantType === "refresh_token"
        ? {
            status: 401,
            code: "refresh_refused",
            detail: "the refresh token is not good any more: sign in again",
            more: { error: "invalid_grant" },
          }
        : {
            status: 401,
            code: "wrong_credentials",
            detail: "the name and the secret do not belong together",
            more: { error: grantType === "password" ? "invalid_grant" : "invalid_client" },
          };
    case "throttled":
      return {
        status: 429,
        code: "too_many_attempts",
        detail: "too many attempts to sign in: wait, then try again",
        retryAfterSeconds: refusal.retryAfterSeconds,
      };
    case "unavailable":
      return {
        status: 503,
        code: "unavailable",
        detail: `${refusal.part} is not available right now, and nobody signs in without it: try again`,
        retryAfterSeconds: 1,
      };
  }
}
