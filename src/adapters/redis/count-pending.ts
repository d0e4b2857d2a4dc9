import { ok } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import { fault, type RedisClient } from "./client.ts";
import { PENDING_SHARDS, type WorldKeys } from "./keys.ts";

/** How many events of a world wait for Postgres: one round trip, one command per shard. */
export async function countPending(client: RedisClient, keys: WorldKeys, budgetMs: number): Answer<number> {
  const counts = await client.ask((pipeline) => {
    for (let shard = 0; shard < PENDING_SHARDS; shard++) pipeline.zcard(keys.pending(shard));
  }, budgetMs);
  if (!counts.ok) return counts;
  const total = counts.value.reduce<number>((sum, count) => sum + Number(count), 0);
  return Number.isInteger(total) ? ok(total) : { ok: false, error: fault("invalid") };
}
