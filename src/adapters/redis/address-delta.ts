import type { World } from "../../core/access/api-key.ts";
import { ok } from "../../core/result.ts";
import type { DeltaSource, DeltaStore } from "../../ports/lists.ts";
import type { RedisClient } from "./client.ts";
import { listKeys, TTL_MS } from "./keys.ts";
import { LIST_DELTA_SCRIPT } from "./scripts/list-delta-script.ts";
import { createScript } from "./scripts/script.ts";

/** What has changed in the address lists since the base. Past the budget: the last good lists stay. */
export function createDeltaSource(client: RedisClient, world: World): DeltaSource {
  const keys = listKeys(world);
  return {
    async version(budgetMs) {
      const answer = await client.ask((pipeline) => pipeline.get(keys.version), budgetMs);
      if (!answer.ok) return answer;
      const [text] = answer.value;
      return ok(typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : null);
    },
    async read(budgetMs) {
      const answer = await client.ask((pipeline) => pipeline.get(keys.delta), budgetMs);
      if (!answer.ok) return answer;
      const [text] = answer.value;
      return ok(typeof text === "string" ? text : null);
    },
  };
}

export function createDeltaStore(client: RedisClient, world: World): DeltaStore {
  const keys = listKeys(world);
  const script = createScript(client, LIST_DELTA_SCRIPT);
  return {
    ...createDeltaSource(client, world),
    async put(version, text, budgetMs) {
      const call = { keys: [keys.version, keys.delta], args: [String(version), text, String(TTL_MS.lists)] };
      const answer = await script.run([call], budgetMs);
      return answer.ok ? ok(undefined) : answer;
    },
  };
}
