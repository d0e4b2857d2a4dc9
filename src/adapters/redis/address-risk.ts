import { ok } from "../../core/result.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import type { AddressRiskCache } from "../../ports/addresses.ts";
import type { RedisClient } from "./client.ts";
import { createWorldKeys, TTL_MS } from "./keys.ts";

/** Risk scores beside the logs of their addresses. Past the budget: the score before stays until the address's next event. */
export function createAddressRiskCache(client: RedisClient, hash: DimensionHash): AddressRiskCache {
  const keysOf = { live: createWorldKeys("live", hash), test: createWorldKeys("test", hash) };
  return {
    async put(scores, budgetMs) {
      if (scores.length === 0) return ok(undefined);
      const answer = await client.ask((pipeline) => {
        for (const { livemode, address, riskScore } of scores)
          pipeline.set(keysOf[livemode ? "live" : "test"].entity("ip", address).risk, String(riskScore), { px: TTL_MS.risk });
      }, budgetMs);
      return answer.ok ? ok(undefined) : answer;
    },
  };
}
