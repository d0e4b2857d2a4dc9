import { ENTITY_KINDS } from "../../core/event/entity.ts";
import { ok } from "../../core/result.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import type { BlockMarker } from "../../ports/autoblock.ts";
import type { RedisClient } from "./client.ts";
import { createWorldKeys, TTL_MS } from "./keys.ts";
import { ADD_BLOCK_SCRIPT } from "./scripts/add-block-script.ts";
import { createScript, type ScriptCall } from "./scripts/script.ts";

/** Adds blocks to the marks beside the logs of their entities, all in one request. Past the budget: whoever records the blocks marks them. */
export function createBlockMarker(client: RedisClient, hash: DimensionHash): BlockMarker {
  const keysOf = { live: createWorldKeys("live", hash), test: createWorldKeys("test", hash) };
  const script = createScript(client, ADD_BLOCK_SCRIPT);
  return {
    async add(blocks, nowMs, budgetMs) {
      const lasting = blocks.filter(({ hit }) => hit.expiresAtMs === null || hit.expiresAtMs > nowMs);
      if (lasting.length === 0) return ok(new Set());
      const calls = lasting.map(({ of, hit }): ScriptCall => {
        const kind = ENTITY_KINDS.find((known) => known === of.kind);
        if (kind === undefined) throw new TypeError(`no marks are kept for \`${of.kind}\``);
        const lengthMs = Math.ceil((hit.expiresAtMs ?? Number.POSITIVE_INFINITY) - nowMs);
        const { mark } = keysOf[of.livemode ? "live" : "test"].entity(kind, of.entity);
        return { keys: [mark], args: [String(nowMs), JSON.stringify(hit), String(Math.min(lengthMs, TTL_MS.mark)), hit.id] };
      });
      const answer = await script.run(calls, budgetMs);
      return answer.ok ? ok(new Set(lasting.flatMap(({ hit }, at) => (answer.value[at] === 1 ? [hit.id] : [])))) : answer;
    },
  };
}
