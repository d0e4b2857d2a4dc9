import { createRuleBlockStore } from "../adapters/postgres/autoblock.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createBlockMarker } from "../adapters/redis/block-marker.ts";
import type { RedisClient } from "../adapters/redis/client.ts";
import type { DimensionHash } from "../core/velocity/dimension-hash.ts";
import type { AutoblockServices } from "../pipeline/autoblock/autoblock-services.ts";

/** Blocks by rules, over this deployment's stores. */
export function createAutoblock(database: Database, redis: RedisClient, hash: DimensionHash): AutoblockServices {
  return { marker: createBlockMarker(redis, hash), record: createRuleBlockStore(database), hash };
}
