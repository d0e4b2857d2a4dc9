import { err, ok } from "../../core/result.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import type { LimitStore } from "../../ports/limits.ts";
import { fault, type RedisClient } from "./client.ts";
import { TTL_MS } from "./keys.ts";
import { limitKeys, readStandings } from "./limit-call.ts";
import { LIMIT_SCRIPT } from "./scripts/limit-script.ts";
import { createScript } from "./scripts/script.ts";

/** Limits of calls that claim nothing: one small script. A call whose answer is lost may count twice. Past the budget: `timeout`. */
export function createLimitStore(client: RedisClient, hash: DimensionHash): LimitStore {
  const script = createScript(client, LIMIT_SCRIPT);
  return {
    async take({ limited, cost }, nowMs, budgetMs) {
      if (limited.length === 0) return ok([]);
      const args = [nowMs, TTL_MS.limit, cost, ...limited.map(({ quota }) => quota)].map(String);
      const answer = await script.run([{ keys: limitKeys(limited, hash), args }], budgetMs);
      if (!answer.ok) return answer;
      const standings = readStandings(answer.value[0], limited.length);
      return standings === null ? err(fault("invalid")) : ok(standings);
    },
  };
}
