import { errors, jwtVerify, SignJWT } from "jose";
import { CLOCK_TOLERANCE_SECONDS, DeviceClaims, TOKEN_AUDIENCE, TOKEN_ISSUER, TokenClaims } from "../../core/access/token.ts";
import { err, ok, type Result } from "../../core/result.ts";

const ALGORITHM = "HS256";
const TYPE = "at+jwt";
const LONGEST_TOKEN = 4_096;

export interface AccessTokens {
  sign(claims: TokenClaims): Promise<string>;
  /** What a token says, once algorithm, type, issuer, audience, signature and times are right. */
  read(token: string, nowMs: number): Promise<Result<TokenClaims, "malformed" | "expired">>;
}

/** Signs and reads access tokens under one secret (at least 32 characters). Neither algorithm nor key is ever taken from the token. */
export function createAccessTokens(secret: string): AccessTokens {
  const key = new TextEncoder().encode(secret);
  return {
    sign: (claims) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setIssuer(TOKEN_ISSUER)
        .setAudience(TOKEN_AUDIENCE)
        .sign(key),
    async read(token, nowMs) {
      if (token.length > LONGEST_TOKEN) return err("malformed");
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer: TOKEN_ISSUER,
          audience: TOKEN_AUDIENCE,
          currentDate: new Date(nowMs),
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          requiredClaims: ["sub", "sid", "iat", "exp"],
        });
        const claims = TokenClaims.safeParse(payload);
        return claims.success && claims.data.iat * 1000 <= nowMs + CLOCK_TOLERANCE_SECONDS * 1000 ? ok(claims.data) : err("malformed");
      } catch (error) {
        // Which check failed is of use to a forger only; that a good token has ended is of use to its owner.
        return err(error instanceof errors.JWTExpired ? "expired" : "malformed");
      }
    },
  };
}

const DEVICE_TYPE = "device+jwt";
const DEVICE_AUDIENCE = "tollgate-device";

/** Signs and reads device tokens under the same secret; type and audience keep one from passing for an access token. */
export function createDeviceTokens(secret: string) {
  const key = new TextEncoder().encode(secret);
  return {
    sign: (claims: DeviceClaims): Promise<string> =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: ALGORITHM, typ: DEVICE_TYPE })
        .setIssuer(TOKEN_ISSUER)
        .setAudience(DEVICE_AUDIENCE)
        .sign(key),
    /** Null for one that is forged, of another kind or over: its bearer signs in like anybody else. */
    async read(token: string, nowMs: number): Promise<DeviceClaims | null> {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          typ: DEVICE_TYPE,
          issuer: TOKEN_ISSUER,
          audience: DEVICE_AUDIENCE,
          currentDate: new Date(nowMs),
          requiredClaims: ["sub", "did", "exp"],
        });
        return DeviceClaims.safeParse(payload).data ?? null;
      } catch {
        return null;
      }
    },
  };
}
