import type { Database } from "../adapters/postgres/database.ts";
import { createConsentStore } from "../adapters/postgres/privacy-consents.ts";
import { createErasureStore } from "../adapters/postgres/privacy-erasures.ts";
import { createExportSource } from "../adapters/postgres/privacy-export.ts";
import { createRetentionStore } from "../adapters/postgres/privacy-retention.ts";
import type { RedisClient } from "../adapters/redis/client.ts";
import { createClientMemory } from "../adapters/redis/forget-client.ts";
import type { AuditSealer } from "../core/audit/seal.ts";
import type { DimensionHash } from "../core/velocity/dimension-hash.ts";
import type { Config } from "../env.ts";
import type { PrivacyServices } from "../pipeline/privacy/privacy-services.ts";

/** Erasing, exporting and retention over this deployment's stores. */
export function createPrivacy(deps: {
  readonly database: Database;
  readonly redis: RedisClient;
  readonly hash: DimensionHash;
  readonly sealer: AuditSealer;
  readonly config: Config;
}): PrivacyServices {
  const { database, config } = deps;
  return {
    erasures: createErasureStore(database, deps.sealer, config.timeZone),
    memory: createClientMemory(deps.redis, deps.hash),
    exports: createExportSource(database),
    consents: createConsentStore(database),
    retention: createRetentionStore(database),
    daysByTable: config.retentionDaysByTable,
  };
}
