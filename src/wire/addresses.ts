import { createAddressStore } from "../adapters/postgres/address-analysis.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createAddressRiskCache } from "../adapters/redis/address-risk.ts";
import type { RedisClient } from "../adapters/redis/client.ts";
import type { DimensionHash } from "../core/velocity/dimension-hash.ts";
import type { AddressServices } from "../pipeline/address-analysis/address-services.ts";

/** The analysis of addresses over this deployment's stores. */
export function createAddresses(database: Database, redis: RedisClient, hash: DimensionHash): AddressServices {
  return { store: createAddressStore(database), cache: createAddressRiskCache(redis, hash) };
}
