import type { TokenClaims } from "../../core/access/token.ts";
import { err, ok } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import { fault, type RedisClient } from "./client.ts";
import { SHARED_KEYS, TTL_MS } from "./keys.ts";

/** Sessions and subjects whose tokens ended before their time. Past the budget: the caller decides, staff routes are closed. */
export function createRevocationList(client: RedisClient) {
  const put = async (key: string, value: string, budgetMs: number): Promise<Awaited<Answer<void>>> => {
    const answer = await client.ask((pipeline) => pipeline.set(key, value, { px: TTL_MS.revoked }), budgetMs);
    return answer.ok ? ok(undefined) : answer;
  };
  return {
    async isRevoked({ sid, sub, iat }: Pick<TokenClaims, "sid" | "sub" | "iat">, budgetMs: number): Answer<boolean> {
      const keys = [SHARED_KEYS.revokedSession(sid), SHARED_KEYS.revokedSubject(sub)];
      const answer = await client.ask((pipeline) => pipeline.mget(...keys), budgetMs);
      if (!answer.ok) return answer;
      const [marks] = answer.value;
      if (!Array.isArray(marks) || marks.length !== keys.length) return err(fault("invalid"));
      const [session, subjectUntil] = marks;
      // Written by us as epoch milliseconds; what is not a number revokes, as a damaged mark should.
      const isSubject = typeof subjectUntil === "string" && !(iat * 1000 > Number(subjectUntil));
      return ok(typeof session === "string" || isSubject);
    },
    revokeSession: (sid: string, budgetMs: number): Answer<void> => put(SHARED_KEYS.revokedSession(sid), "1", budgetMs),
    /** Every token of the subject issued up to `atMs`. */
    revokeSubject: (sub: string, atMs: number, budgetMs: number): Answer<void> =>
      put(SHARED_KEYS.revokedSubject(sub), String(Math.ceil(atMs)), budgetMs),
  };
}
