import type { World } from "../../core/access/api-key.ts";
import { ok } from "../../core/result.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import type { PendingShards } from "../../ports/pending.ts";
import { fault, type RedisClient } from "./client.ts";
import { ALL_SHARDS, createWorldKeys, TTL_MS } from "./keys.ts";
import { LEASE_SCRIPT } from "./scripts/lease-script.ts";
import { createScript } from "./scripts/script.ts";

const WORLDS = ["live", "test"] as const satisfies readonly World[];
/** Shards that one EXISTS asks for when something waits somewhere. */
const GROUP = 8;
const GROUPS = Array.from({ length: ALL_SHARDS.length / GROUP }, (_, group) => ALL_SHARDS.slice(group * GROUP, (group + 1) * GROUP));

/** Redis drops a sorted set with its last member, so EXISTS over all shards says in one billed command whether anything waits. */
export function createPendingShards(client: RedisClient, hash: DimensionHash, clock: () => number): PendingShards {
  const keysOf = { live: createWorldKeys("live", hash), test: createWorldKeys("test", hash) };
  const script = createScript(client, LEASE_SCRIPT);
  const existing = async (asked: readonly (readonly string[])[], budgetMs: number) => {
    const answer = await client.ask((pipeline) => {
      for (const names of asked) pipeline.exists(...names);
    }, budgetMs);
    if (!answer.ok) return answer;
    const counts = answer.value.map(Number);
    return counts.every(Number.isInteger) ? ok(counts) : { ok: false as const, error: fault("invalid") };
  };
  const namesOf = (world: World, shards: readonly number[]) => shards.map((shard) => keysOf[world].pending(shard));
  const groupsInUse = async (worlds: readonly World[], budgetMs: number) => {
    const endMs = performance.now() + budgetMs;
    const none: Record<World, readonly number[]> = { live: [], test: [] };
    const all = await existing([worlds.flatMap((world) => namesOf(world, ALL_SHARDS))], budgetMs);
    if (!all.ok || all.value[0] === 0) return all.ok ? ok(none) : all;
    const asked = worlds.flatMap((world) => GROUPS.map((shards) => ({ world, shards })));
    const counts = await existing(
      asked.map(({ world, shards }) => namesOf(world, shards)),
      endMs - performance.now(),
    );
    if (!counts.ok) return counts;
    const found = asked.filter((_, index) => (counts.value[index] ?? 0) > 0);
    const of = (wanted: World) => found.flatMap(({ world, shards }) => (world === wanted ? shards : []));
    return ok({ live: of("live"), test: of("test") });
  };

  return {
    of: keysOf.live.shardOf,
    inUse: (budgetMs) => groupsInUse(WORLDS, budgetMs),
    async lease(world, shards, token, budgetMs) {
      const args = [String(clock()), token, String(TTL_MS.mover), ...shards.map(String)];
      const answer = await script.run([{ keys: [keysOf[world].movers], args }], budgetMs);
      if (!answer.ok) return answer;
      const [got] = answer.value;
      return Array.isArray(got) ? ok(got.map(Number)) : { ok: false, error: fault("invalid") };
    },
    async count(world, budgetMs) {
      const endMs = performance.now() + budgetMs;
      const inUse = await groupsInUse([world], budgetMs);
      if (!inUse.ok || inUse.value[world].length === 0) return inUse.ok ? ok(0) : inUse;
      const counts = await client.ask((pipeline) => {
        for (const name of namesOf(world, inUse.value[world])) pipeline.zcard(name);
      }, endMs - performance.now());
      if (!counts.ok) return counts;
      const total = counts.value.reduce<number>((sum, count) => sum + Number(count), 0);
      return Number.isInteger(total) ? ok(total) : { ok: false, error: fault("invalid") };
    },
  };
}
