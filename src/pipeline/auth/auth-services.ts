import type { StaffRole } from "../../core/access/permission.ts";
import type { RefreshVerdict } from "../../core/access/session-life.ts";
import type { TokenClaims } from "../../core/access/token.ts";
import type { Result } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";

/** What is needed to sign a user in. */
export interface SignIn {
  readonly id: string;
  readonly role: StaffRole;
  readonly passwordHash: string;
  readonly disabledAtMs: number | null;
}
export interface NewSession {
  readonly id: string;
  readonly userId: string;
  /** The hash that was compared: a password changed meanwhile opens nothing. */
  readonly passwordHash: string;
  readonly refreshDigest: string;
  readonly nowMs: number;
}
export interface Rotation {
  readonly digest: string;
  readonly nextDigest: string;
  readonly nowMs: number;
}
export interface RotatedSession {
  readonly verdict: RefreshVerdict;
  /** Null for a token that is not known. */
  readonly session: { readonly id: string; readonly userId: string; readonly username: string; readonly role: StaffRole } | null;
}

/** Users, sessions and refresh tokens: Postgres. Past the budget: nobody signs in or refreshes. */
export interface SessionStore {
  findSignIn(username: string, budgetMs: number): Answer<SignIn | null>;
  /** False when the user was disabled or got another password meanwhile. */
  open(session: NewSession, budgetMs: number): Answer<boolean>;
  /** Judges a refresh token and replaces it, in one statement; reuse ends its session. */
  rotate(rotation: Rotation, budgetMs: number): Answer<RotatedSession>;
  /** Ends the session of a refresh token, or by its id; gives the session's id. */
  end(by: { readonly refreshDigest: string } | { readonly sessionId: string }, nowMs: number, budgetMs: number): Answer<string | null>;
}
/** What was revoked before its time: Redis, for as long as an access token may live. Past the budget: staff routes are closed. */
export interface RevocationList {
  isRevoked(claims: Pick<TokenClaims, "sid" | "sub" | "iat">, budgetMs: number): Answer<boolean>;
  revokeSession(sid: string, budgetMs: number): Answer<void>;
  /** Every token of a subject issued up to `atMs`. */
  revokeSubject(sub: string, atMs: number, budgetMs: number): Answer<void>;
}
/** Counts attempts to sign in: Redis. Past the budget: nobody signs in. */
export interface LoginAttempts {
  /** Counts one attempt before it is judged; gives whether it may be, or in how many seconds it may. */
  take(username: string, address: string | null, budgetMs: number): Answer<{ readonly retryAfterSeconds: number | null }>;
  /** Forgets the attempts of a name from an address that has signed in. */
  forget(username: string, address: string | null, budgetMs: number): Answer<void>;
}

/** What signing in, refreshing and revoking use. */
export interface AuthServices {
  readonly tokens: {
    sign(claims: TokenClaims): Promise<string>;
    read(token: string, nowMs: number): Promise<Result<TokenClaims, "malformed" | "expired">>;
  };
  readonly passwords: { isPasswordOf(password: string, stored: string | null): boolean };
  readonly sessions: SessionStore;
  readonly revocations: RevocationList;
  readonly attempts: LoginAttempts;
  /** Keyed hash of a secret, the only form in which it is stored. */
  readonly digest: (secret: string) => Promise<string>;
  /** A new refresh token in clear, 256 random bits. */
  readonly newRefreshToken: () => string;
  readonly newId: () => string;
  readonly clock: () => number;
}

/** A token given out. `refreshToken` is null where the credential itself is what a program asks with again. */
export interface GrantedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string | null;
  /** What the token says. */
  readonly claims: TokenClaims;
}
export type AuthRefusal =
  /** Wrong name or password, key or refresh token, or one that ended: which is not said. */
  | { readonly kind: "refused"; readonly reason: "wrong_credentials" | RefreshVerdict | `key_${string}` }
  | { readonly kind: "throttled"; readonly retryAfterSeconds: number }
  | { readonly kind: "unavailable"; readonly part: string };
