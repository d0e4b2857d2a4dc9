import type { TokenClaims } from "../core/access/token.ts";
import type { AuthServices } from "./auth/auth-services.ts";

/** How long "not revoked" is believed for verbs that programs do all day; a revocation acts within it. */
const FRESH_MS = 5_000;
/** After Redis failed, how long the next request leaves it alone. */
const RETRY_AFTER_MS = 1_000;
const MAX_CACHED = 10_000;

export type TokenVerdict =
  | { readonly kind: "valid"; readonly claims: TokenClaims; readonly isConfirmed: boolean }
  | { readonly kind: "invalid"; readonly reason: "malformed" | "expired" | "revoked" }
  /** Redis did not say whether it was revoked. */
  | { readonly kind: "unavailable" };
/** `always` asks Redis each time and is closed without it; `recently` believes an answer of the last 5 s, and without Redis an older one (`isConfirmed: false`). */
export type TokenVerifier = (token: string, call: TokenCall) => Promise<TokenVerdict>;
export interface TokenCall {
  readonly confirmed: "always" | "recently";
  /** What Redis may take where there is no earlier answer to fall back on: what is left of the call's deadline (A3). */
  readonly coldBudgetMs: number;
}

/** @param budgetMs for Redis, where an earlier answer can be believed meanwhile */
export function createTokenVerifier(deps: Pick<AuthServices, "tokens" | "revocations" | "clock">, budgetMs: number): TokenVerifier {
  const seen = new Map<string, { confirmedAtMs: number; triedAtMs: number }>();

  return async (token, { confirmed, coldBudgetMs }) => {
    const nowMs = deps.clock();
    const read = await deps.tokens.read(token, nowMs);
    if (!read.ok) return { kind: "invalid", reason: read.error };
    const claims = read.value;
    const known = confirmed === "recently" ? seen.get(claims.sid) : undefined;
    if (known !== undefined && nowMs - known.confirmedAtMs < FRESH_MS) return { kind: "valid", claims, isConfirmed: true };
    if (known !== undefined && nowMs - known.triedAtMs < RETRY_AFTER_MS) return { kind: "valid", claims, isConfirmed: false };
    if (known !== undefined) known.triedAtMs = nowMs;
    const revoked = await deps.revocations.isRevoked(claims, known === undefined ? coldBudgetMs : budgetMs);
    if (!revoked.ok) return known === undefined ? { kind: "unavailable" } : { kind: "valid", claims, isConfirmed: false };
    if (revoked.value) {
      seen.delete(claims.sid);
      return { kind: "invalid", reason: "revoked" };
    }
    seen.delete(claims.sid);
    const oldest = seen.size < MAX_CACHED ? undefined : seen.keys().next().value;
    if (oldest !== undefined) seen.delete(oldest);
    seen.set(claims.sid, { confirmedAtMs: nowMs, triedAtMs: nowMs });
    return { kind: "valid", claims, isConfirmed: true };
  };
}
