import { err, ok, type Result } from "../../core/result.ts";
import type { AuthRefusal, AuthServices } from "./auth-services.ts";

const BUDGET_MS = 3_000;

/**
 * Ends what a token belongs to (RFC 7009): the session of a refresh or access token of a user, or one client-credentials token.
 * A token that is not known is taken as revoked already. `unavailable`: a store did not take it, so it must be sent again.
 * @returns the session that ended, or null
 */
export async function revokeToken(auth: AuthServices, token: string): Promise<Result<string | null, AuthRefusal>> {
  const nowMs = auth.clock();
  const read = await auth.tokens.read(token, nowMs);
  const by = read.ok ? { sessionId: read.value.sid } : { refreshDigest: await auth.digest(token) };
  const ended = await auth.sessions.end(by, nowMs, BUDGET_MS);
  if (!ended.ok) return err({ kind: "unavailable", part: ended.error.source });
  // A client-credentials token has no row: its session lives in the token alone.
  const sid = read.ok ? read.value.sid : ended.value;
  if (sid === null) return ok(null);
  const revoked = await auth.revocations.revokeSession(sid, BUDGET_MS);
  return revoked.ok ? ok(sid) : err({ kind: "unavailable", part: revoked.error.source });
}
