import type { World } from "../../core/access/api-key.ts";
import { writeBlockGuard } from "../../core/decision/block-guard.ts";
import { err, ok } from "../../core/result.ts";
import type { BlockGuardStore } from "../../ports/guard.ts";
import { fault, type RedisClient } from "./client.ts";
import { TTL_MS, type WorldKeys } from "./keys.ts";

/** Each world's block guard. Past the budget: the flag stays as it is; it ends at its own time. */
export function createBlockGuardStore(client: RedisClient, keys: Readonly<Record<World, Pick<WorldKeys, "guard">>>): BlockGuardStore {
  return {
    async read(world, budgetMs) {
      const answer = await client.ask((pipeline) => pipeline.get(keys[world].guard), budgetMs);
      if (!answer.ok) return answer;
      const [text] = answer.value;
      return text === null || typeof text === "string" ? ok(text) : err(fault("invalid"));
    },
    async hold(world, guard, budgetMs) {
      const answer = await client.ask(
        (pipeline) => pipeline.set(keys[world].guard, writeBlockGuard(guard), { px: TTL_MS.guard }),
        budgetMs,
      );
      return answer.ok ? ok(undefined) : answer;
    },
    async release(world, budgetMs) {
      const answer = await client.ask((pipeline) => pipeline.del(keys[world].guard), budgetMs);
      return answer.ok ? ok(undefined) : answer;
    },
  };
}
