import type { World } from "../../core/access/api-key.ts";
import { ENTITY_KINDS } from "../../core/event/entity.ts";
import { writeMark } from "../../core/lists/mark.ts";
import { ok } from "../../core/result.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import type { MarkStore } from "../../ports/lists.ts";
import type { RedisClient } from "./client.ts";
import { createWorldKeys, listKeys, TTL_MS } from "./keys.ts";

/** Marks beside the logs of their entities. Past the budget: the next reconciliation writes them. */
export function createMarkStore(client: RedisClient, hash: DimensionHash): MarkStore {
  const keysOf = { live: createWorldKeys("live", hash), test: createWorldKeys("test", hash) };
  const worlds = ["live", "test"] as const satisfies readonly World[];
  return {
    async put(marks, nowMs, budgetMs) {
      if (marks.length === 0) return ok(undefined);
      const answer = await client.ask((pipeline) => {
        for (const { of, entries } of marks) {
          const kind = ENTITY_KINDS.find((known) => known === of.kind);
          if (kind === undefined) throw new TypeError(`no marks are kept for \`${of.kind}\``);
          const { mark } = keysOf[of.livemode ? "live" : "test"].entity(kind, of.entity);
          const untilMs = Math.max(...entries.map(({ expiresAtMs }) => expiresAtMs ?? Number.POSITIVE_INFINITY), 0);
          const leftMs = Math.min(Math.ceil(untilMs - nowMs), TTL_MS.mark);
          if (leftMs > 0) pipeline.set(mark, writeMark(entries), { px: leftMs });
          else pipeline.del(mark);
        }
      }, budgetMs);
      return answer.ok ? ok(undefined) : answer;
    },
    async reached(budgetMs) {
      const answer = await client.ask((pipeline) => pipeline.mget(...worlds.map((world) => listKeys(world).marked)), budgetMs);
      if (!answer.ok) return answer;
      const [found] = answer.value;
      const versions = (Array.isArray(found) ? found : []).map((reply) => (reply === null ? Number.NaN : Number(reply)));
      const least = Math.min(...versions);
      return ok(versions.length === worlds.length && Number.isSafeInteger(least) ? least : null);
    },
    async setReached(version, budgetMs) {
      const answer = await client.ask((pipeline) => {
        for (const world of worlds) pipeline.set(listKeys(world).marked, String(version), { px: TTL_MS.lists });
      }, budgetMs);
      return answer.ok ? ok(undefined) : answer;
    },
  };
}
