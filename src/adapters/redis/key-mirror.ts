import { err, ok } from "../../core/result.ts";
import type { ApiKeyRecord, KeyMirror } from "../../ports/access.ts";
import type { Answer } from "../../ports/answer.ts";
import { fault, type RedisClient } from "./client.ts";
import { SHARED_KEYS, TTL_MS } from "./keys.ts";

/** API keys by digest, in front of Postgres. Past the budget: Postgres is asked. */
export function createKeyMirror(client: RedisClient): KeyMirror & { replace(record: ApiKeyRecord, budgetMs: number): Answer<void> } {
  const set = async (record: ApiKeyRecord, nx: boolean, budgetMs: number): Promise<Awaited<Answer<void>>> => {
    // Only what a record has: staff keep more about a key.
    const { id, digest, name, role, scopes, world, expiresAtMs, revokedAtMs, requestsPerMinute } = record;
    const text = JSON.stringify({ id, digest, name, role, scopes, world, expiresAtMs, revokedAtMs, requestsPerMinute });
    const options = nx ? ({ px: TTL_MS.apiKey, nx } as const) : { px: TTL_MS.apiKey };
    const answer = await client.ask((pipeline) => pipeline.set(SHARED_KEYS.apiKey(digest), text, options), budgetMs);
    return answer.ok ? ok(undefined) : answer;
  };
  return {
    async find(digest, budgetMs) {
      const answer = await client.ask((pipeline) => pipeline.get(SHARED_KEYS.apiKey(digest)), budgetMs);
      if (!answer.ok) return answer;
      const [text] = answer.value;
      if (typeof text !== "string") return ok(null);
      try {
        // We wrote it from an ApiKeyRecord; only a damaged value is not one. Before keys had scopes they had them all.
        return ok({ scopes: null, ...(JSON.parse(text) as Omit<ApiKeyRecord, "scopes"> & Partial<ApiKeyRecord>) });
      } catch {
        return err(fault("invalid"));
      }
    },
    // Never over what is there: a request that read the record just before a revocation would undo it.
    put: (record, budgetMs) => set(record, true, budgetMs),
    replace: (record, budgetMs) => set(record, false, budgetMs),
  };
}
