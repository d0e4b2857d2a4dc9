import type { StaffRole } from "../../core/access/permission.ts";
import { claimsOf } from "../../core/access/token.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { AuthRefusal, AuthServices, GrantedToken } from "./auth-services.ts";

const BUDGET_MS = 3_000;

/**
 * Signs a user in by name and password: counts the attempt, then compares, whether the name exists or not.
 * Closed while Redis (the count) or Postgres (the user) does not answer.
 */
export async function grantPassword(
  auth: AuthServices,
  call: { readonly username: string; readonly password: string; readonly address: string | null },
): Promise<Result<GrantedToken, AuthRefusal>> {
  const { username, password, address } = call;
  const taken = await auth.attempts.take(username, address, BUDGET_MS);
  if (!taken.ok) return err({ kind: "unavailable", part: taken.error.source });
  if (taken.value.retryAfterSeconds !== null) return err({ kind: "throttled", retryAfterSeconds: taken.value.retryAfterSeconds });

  const found = await auth.sessions.findSignIn(username, BUDGET_MS);
  if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
  const user = found.value;
  const isRight = auth.passwords.isPasswordOf(password, user?.passwordHash ?? null);
  if (user === null || !isRight || user.disabledAtMs !== null) return err({ kind: "refused", reason: "wrong_credentials" });

  const nowMs = auth.clock();
  const refreshToken = auth.newRefreshToken();
  const sid = auth.newId();
  const session = { id: sid, userId: user.id, passwordHash: user.passwordHash, refreshDigest: await auth.digest(refreshToken), nowMs };
  const opened = await auth.sessions.open(session, BUDGET_MS);
  if (!opened.ok) return err({ kind: "unavailable", part: opened.error.source });
  if (!opened.value) return err({ kind: "refused", reason: "wrong_credentials" });
  // A count that stays costs its user nothing but attempts: no reason to refuse.
  await auth.attempts.forget(username, address, BUDGET_MS);
  return ok(await tokenForUser(auth, { sid, userId: user.id, username, role: user.role, nowMs, refreshToken }));
}

/** An access token of a user's session beside its refresh token. Staff see the live world. */
export async function tokenForUser(
  auth: Pick<AuthServices, "tokens">,
  {
    sid,
    userId,
    username,
    role,
    nowMs,
    refreshToken,
  }: {
    readonly sid: string;
    readonly userId: string;
    readonly username: string;
    readonly role: StaffRole;
    readonly nowMs: number;
    readonly refreshToken: string;
  },
): Promise<GrantedToken> {
  const sub = `user:${userId}`;
  const claims = claimsOf({ sub, sid, name: username, role, world: "live", scopes: null, requests_per_minute: null }, nowMs, null);
  const accessToken = await auth.tokens.sign(claims);
  return { accessToken, expiresInSeconds: Math.round(claims.exp - claims.iat), refreshToken, claims };
}
