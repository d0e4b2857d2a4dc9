import type { Context } from "hono";
import type { MeDeps, MeRefusal } from "../../../backoffice/me/me-deps.ts";
import type { StaffRefusal } from "../../../backoffice/staff-action.ts";
import { err } from "../../../core/result.ts";
import { proveCode, recoveryDigest } from "../../../pipeline/auth/grant-password.ts";
import type { Services } from "../../../pipeline/services.ts";
import type { AppEnv, Caller } from "../../context.ts";
import { answerProblem, type Problem } from "../../problem.ts";
import { problemOfStaffRefusal } from "../../staff-refusal.ts";

/** What people need to do something about their own account. */
export function meDepsOf({ access, auth, staff, newId }: Services, caller: Caller): MeDeps {
  return {
    ...access,
    self:
      caller.kind === "user" && caller.sessionId !== null
        ? { userId: caller.keyId.slice("user:".length), sessionId: caller.sessionId }
        : null,
    sessions: auth.sessions,
    isPasswordOf: auth.passwords.isPasswordOf,
    takeAttempt: auth.attempts.takeSecond,
    proveCode: async (user, code) => {
      const proof = await proveCode(auth, user, code, true);
      if (proof.ok) return proof;
      return err(proof.error.kind === "refused" ? { kind: "refused" } : proof.error);
    },
    sealSecret: auth.secondFactor.secrets.seal,
    recoveryDigest: (userId, code) => recoveryDigest(auth.digest, userId, code),
    revokeSession: auth.revocations.revokeSession,
    writes: staff,
    newId,
  };
}

/** Answers with why nothing was done to one's own account. */
export function answerMeRefusal(c: Context<AppEnv>, refusal: MeRefusal | StaffRefusal): Response {
  return answerProblem(c, problemOf(refusal));
}

function problemOf(refusal: MeRefusal | StaffRefusal): Problem {
  switch (refusal.kind) {
    case "not_a_user":
      return {
        status: 403,
        code: "not_a_user",
        detail: "this is about a person's account, and an API key has none: sign in with a password, and send the token",
      };
    case "throttled":
      return {
        status: 429,
        code: "too_many_attempts",
        detail: "too many attempts at your password or code: wait, then try again",
        retryAfterSeconds: refusal.retryAfterSeconds,
      };
    case "delayed":
      return {
        status: 503,
        code: "revocation_delayed",
        detail: `it is changed, but ${refusal.part} did not take it, so access tokens of the last 15 minutes may go on: end the other sessions again`,
        retryAfterSeconds: 1,
      };
    default:
      return problemOfStaffRefusal(refusal);
  }
}
