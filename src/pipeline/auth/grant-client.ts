import { claimsOf } from "../../core/access/token.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { KeyVerdict } from "../verify-key.ts";
import type { AuthRefusal, AuthServices, GrantedToken } from "./auth-services.ts";

/**
 * OAuth 2.0 client credentials: an API key's id and the key itself for an access token of its role, world and scopes.
 * No refresh token (RFC 6749 §4.4.3). A key that no store confirms is given none.
 */
export async function grantClient(
  auth: Pick<AuthServices, "tokens" | "newId" | "clock">,
  call: { readonly clientId: string; readonly verdict: KeyVerdict },
): Promise<Result<GrantedToken, AuthRefusal>> {
  const { verdict, clientId } = call;
  if (verdict.kind === "invalid") return err({ kind: "refused", reason: `key_${verdict.reason}` });
  if (verdict.kind !== "valid" || !verdict.isConfirmed) return err({ kind: "unavailable", part: "the store of keys" });
  const { key } = verdict;
  if (key.id !== clientId) return err({ kind: "refused", reason: "wrong_credentials" });
  const sub = `key:${key.id}`;
  const identity = { sub, sid: auth.newId(), name: key.name, role: key.role, world: key.world };
  const limits = { scopes: key.scopes === null ? null : [...key.scopes], requests_per_minute: key.requestsPerMinute };
  const claims = claimsOf({ ...identity, ...limits }, auth.clock(), key.expiresAtMs);
  const accessToken = await auth.tokens.sign(claims);
  return ok({
    accessToken,
    expiresInSeconds: Math.max(0, Math.round(claims.exp - claims.iat)),
    refreshToken: null,
    deviceToken: null,
    limitedFor: null,
    claims,
  });
}
