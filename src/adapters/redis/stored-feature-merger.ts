import type { World } from "../../core/access/api-key.ts";
import { err, ok } from "../../core/result.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import type { StoredFeatureMerger } from "../../ports/external-checks.ts";
import { fault, type RedisClient } from "./client.ts";
import { createWorldKeys, TTL_MS } from "./keys.ts";
import { REPLACE_IF_SCRIPT } from "./scripts/replace-if-script.ts";
import { createScript } from "./scripts/script.ts";

/** Other writers of one entity's features come between that often before it is given up. */
const ATTEMPTS = 5;

/** Adds to stored features: reads them, and writes them if nobody else did meanwhile. Past the budget, or overtaken five times: a fault, nothing written. */
export function createStoredFeatureMerger(client: RedisClient, world: World, hash: DimensionHash): StoredFeatureMerger {
  const keys = createWorldKeys(world, hash);
  const replaceIf = createScript(client, REPLACE_IF_SCRIPT);
  return {
    async merge(entity, id, values, budgetMs) {
      const { stored } = keys.entity(entity, id);
      const endMs = performance.now() + budgetMs;
      for (let tries = 0; tries < ATTEMPTS; tries++) {
        const read = await client.ask((pipeline) => pipeline.get(stored), endMs - performance.now());
        if (!read.ok) return read;
        const text = typeof read.value[0] === "string" ? read.value[0] : "";
        const merged = JSON.stringify({ ...objectOf(text), ...values });
        const written = await replaceIf.run([{ keys: [stored], args: [text, merged, String(TTL_MS.stored)] }], endMs - performance.now());
        if (!written.ok) return written;
        if (Number(written.value[0]) === 1) return ok(undefined);
      }
      return err(fault("unavailable"));
    },
  };
}

/** Stored features; what is damaged holds none. */
function objectOf(text: string): object {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json) ? json : {};
  } catch {
    return {};
  }
}
