import type { Role } from "../../core/access/permission.ts";
import type { RefreshVerdict } from "../../core/access/session-life.ts";
import type { DeviceClaims, TokenClaims } from "../../core/access/token.ts";
import type { Result } from "../../core/result.ts";
import type { SecretBox } from "../../core/webhooks/secret-box.ts";
import type { SessionStore } from "../../ports/access.ts";
import type { Answer } from "../../ports/answer.ts";

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
  take(username: string, address: string | null, budgetMs: number): Answer<Waiting>;
  /** The same for a device its user signed in with before: it counts by itself, whatever others try. */
  takeDevice(deviceId: string, budgetMs: number): Answer<Waiting>;
  /** The same for codes of a second factor and for one's own password. */
  takeSecond(userId: string, budgetMs: number): Answer<Waiting>;
  /** Forgets the attempts of who has signed in. */
  forget(
    signedIn: { readonly username: string; readonly address: string | null; readonly deviceId: string | null; readonly userId: string },
    budgetMs: number,
  ): Answer<void>;
}
export interface Waiting {
  readonly retryAfterSeconds: number | null;
}

/** Second factors: how codes are judged, and for which roles one must have one. */
export interface SecondFactor {
  /** Seals secrets for one user, under the deployment's master key. */
  readonly secrets: SecretBox;
  readonly requiredOf: ReadonlySet<Role>;
}

/** What signing in, refreshing and revoking use. */
export interface AuthServices {
  readonly tokens: {
    sign(claims: TokenClaims): Promise<string>;
    read(token: string, nowMs: number): Promise<Result<TokenClaims, "malformed" | "expired">>;
  };
  readonly devices: {
    sign(claims: DeviceClaims): Promise<string>;
    read(token: string, nowMs: number): Promise<DeviceClaims | null>;
  };
  readonly passwords: { isPasswordOf(password: string, stored: string | null): boolean };
  readonly secondFactor: SecondFactor;
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
  /** What a later sign-in may bring so that it is not slowed down; null where nobody signed in. */
  readonly deviceToken: string | null;
  /** Why the token does nothing but set up a second factor; null for a full one. */
  readonly limitedFor: "second_factor_required" | null;
  /** What the token says. */
  readonly claims: TokenClaims;
}
export type AuthRefusal =
  /** Wrong name or password, key or refresh token, or one that ended: which is not said. */
  | { readonly kind: "refused"; readonly reason: "wrong_credentials" | "code_required" | "wrong_code" | RefreshVerdict | `key_${string}` }
  | { readonly kind: "throttled"; readonly retryAfterSeconds: number }
  | { readonly kind: "unavailable"; readonly part: string };
