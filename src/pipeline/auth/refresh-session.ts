import { err, ok, type Result } from "../../core/result.ts";
import type { AuthRefusal, AuthServices, GrantedToken } from "./auth-services.ts";
import { tokenForUser } from "./grant-password.ts";

const BUDGET_MS = 3_000;

/**
 * Replaces a refresh token by a new one with a new access token, in the role the user has now.
 * Used again after the grace it ends its session: someone else has it too. Closed while Postgres does not answer.
 */
export async function refreshSession(auth: AuthServices, refreshToken: string): Promise<Result<GrantedToken, AuthRefusal>> {
  const nowMs = auth.clock();
  const next = auth.newRefreshToken();
  const rotation = { digest: await auth.digest(refreshToken), nextDigest: await auth.digest(next), nowMs };
  const rotated = await auth.sessions.rotate(rotation, BUDGET_MS);
  if (!rotated.ok) return err({ kind: "unavailable", part: rotated.error.source });
  const { verdict, session } = rotated.value;
  if (session !== null && verdict === "reused") {
    const revoked = await auth.revocations.revokeSession(session.id, BUDGET_MS);
    if (!revoked.ok) return err({ kind: "unavailable", part: revoked.error.source });
  }
  if (session === null || verdict !== "rotated") return err({ kind: "refused", reason: verdict });
  const { id: sid, ...user } = session;
  return ok(await tokenForUser(auth, { sid, ...user, nowMs, refreshToken: next, deviceToken: null }));
}
