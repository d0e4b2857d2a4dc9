import * as z from "zod";
import { ROLES, VERBS } from "./permission.ts";

export const TOKEN_ISSUER = "tollgate";
export const TOKEN_AUDIENCE = "tollgate-api";
export const ACCESS_TOKEN_SECONDS = 15 * 60;
/** How far the clocks of two machines may be apart, in seconds. */
export const CLOCK_TOLERANCE_SECONDS = 5;

/** What an access token says. `iat` and `exp` are seconds since the epoch, with a fraction: a revocation names its instant. */
export const TokenClaims = z.object({
  /** `user:<id>`, or `key:<id>` for a client-credentials token. */
  sub: z.string().regex(/^(?:user|key):[\w-]{1,64}$/),
  /** The session it belongs to; what a revocation names. */
  sid: z.string().regex(/^[\w-]{1,64}$/),
  name: z.string(),
  role: z.enum(ROLES),
  world: z.enum(["live", "test"]),
  /** Null: all verbs of the role. */
  scopes: z.array(z.enum(VERBS)).nullable(),
  requests_per_minute: z.int().positive().nullable(),
  iat: z.number().nonnegative(),
  exp: z.number().positive(),
});
/** What a device token says: that this user signed in with this device. */
export const DeviceClaims = z.object({
  sub: z.string().regex(/^user:[\w-]{1,64}$/),
  did: z.string().regex(/^[\w-]{1,64}$/),
  exp: z.number().positive(),
});
export type DeviceClaims = z.infer<typeof DeviceClaims>;
export type TokenClaims = z.infer<typeof TokenClaims>;

/** Claims of a token issued now; it ends with its credential where that is sooner than 15 minutes. */
export function claimsOf(identity: Omit<TokenClaims, "iat" | "exp">, nowMs: number, credentialEndsMs: number | null): TokenClaims {
  const latest = nowMs / 1000 + ACCESS_TOKEN_SECONDS;
  return { ...identity, iat: nowMs / 1000, exp: Math.min(latest, (credentialEndsMs ?? Number.POSITIVE_INFINITY) / 1000) };
}
