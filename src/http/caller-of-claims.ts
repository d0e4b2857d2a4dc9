import type { TokenClaims } from "../core/access/token.ts";
import type { Caller } from "./context.ts";

/** The caller a token speaks of: the key it was given for, or a user. */
export function callerOfClaims(
  { sub, sid, name, role, world, scopes, requests_per_minute }: TokenClaims,
  degraded: readonly string[],
): Caller {
  const who = sub.startsWith("key:")
    ? ({ keyId: sub.slice(4), kind: "key", sessionId: null } as const)
    : ({ keyId: sub, kind: "user", sessionId: sid } as const);
  return { ...who, name, role, world, scopes, requestsPerMinute: requests_per_minute, degraded };
}
