import { createAlertStore } from "../adapters/postgres/alerts.ts";
import { createBlockRateSource } from "../adapters/postgres/block-rates.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createRuleStatsStore } from "../adapters/postgres/rule-stats.ts";
import { createBlockGuardStore } from "../adapters/redis/block-guard.ts";
import type { RedisClient } from "../adapters/redis/client.ts";
import { createWorldKeys } from "../adapters/redis/keys.ts";
import type { DimensionHash } from "../core/velocity/dimension-hash.ts";
import { createBlockCap } from "../pipeline/block-cap.ts";
import type { Services } from "../pipeline/services.ts";

/** What watches over the rules, over this deployment's stores. */
export function createGuard(database: Database, redis: RedisClient, hash: DimensionHash): Pick<Services, "alerts" | "guard" | "ruleStats"> {
  const flag = createBlockGuardStore(redis, { live: createWorldKeys("live", hash), test: createWorldKeys("test", hash) });
  return {
    alerts: createAlertStore(database),
    guard: { rates: createBlockRateSource(database), flag, cap: createBlockCap() },
    ruleStats: createRuleStatsStore(database),
  };
}
