import { createAccessTokens, createDeviceTokens } from "../adapters/auth/access-tokens.ts";
import { isPasswordOf } from "../adapters/auth/password-hash.ts";
import { newRefreshToken } from "../adapters/auth/refresh-token.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createSessionStore } from "../adapters/postgres/sessions.ts";
import type { RedisClient } from "../adapters/redis/client.ts";
import { createLoginAttempts } from "../adapters/redis/login-attempts.ts";
import { createRevocationList } from "../adapters/redis/revocations.ts";
import type { AuthServices, SecondFactor } from "../pipeline/auth/auth-services.ts";

/** What signing in uses, over this deployment's stores. */
export function createAuth(deps: {
  readonly jwtSecret: string;
  readonly secondFactor: SecondFactor;
  readonly database: Database;
  readonly redis: RedisClient;
  readonly digest: (secret: string) => Promise<string>;
  readonly newId: () => string;
  readonly clock: () => number;
}): AuthServices {
  return {
    tokens: createAccessTokens(deps.jwtSecret),
    devices: createDeviceTokens(deps.jwtSecret),
    secondFactor: deps.secondFactor,
    passwords: { isPasswordOf },
    sessions: createSessionStore(deps.database),
    revocations: createRevocationList(deps.redis),
    attempts: createLoginAttempts(deps.redis, deps.digest),
    newRefreshToken,
    digest: deps.digest,
    newId: deps.newId,
    clock: deps.clock,
  };
}
