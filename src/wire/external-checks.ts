import { createHttpCheckCaller } from "../adapters/external-checks/http-check-caller.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createCheckCountStore } from "../adapters/postgres/external-check-counts.ts";
import { createCheckStore } from "../adapters/postgres/external-checks.ts";
import type { RedisClient } from "../adapters/redis/client.ts";
import { createStoredFeatureMerger } from "../adapters/redis/stored-feature-merger.ts";
import type { DimensionHash } from "../core/velocity/dimension-hash.ts";
import type { Config } from "../env.ts";
import { createCheckAsker } from "../pipeline/external-checks/ask-check.ts";
import { createCheckDirectory } from "../pipeline/external-checks/check-directory.ts";
import { createCheckMeter } from "../pipeline/external-checks/check-meter.ts";
import type { CheckServices } from "../pipeline/external-checks/check-services.ts";
import { createHostGuard } from "../pipeline/external-checks/host-guard.ts";
import type { NameResolver } from "../ports/webhooks.ts";

/** External services over this deployment's stores. */
export function createExternalChecks(deps: {
  readonly database: Database;
  readonly redis: RedisClient;
  readonly hash: DimensionHash;
  readonly config: Config;
  readonly names: NameResolver;
  readonly clock: () => number;
}): CheckServices {
  const { database, redis, hash, names, clock } = deps;
  const { serviceSecrets: secrets, allowsLocalWebhooks: allowsLocal } = deps.config;
  const store = createCheckStore(database);
  const counts = createCheckCountStore(database);
  const meter = createCheckMeter(counts, clock);
  const directory = createCheckDirectory({ store, secrets, allowsLocal, clock });
  return {
    store,
    counts,
    meter,
    directory,
    poll: (waitUntil) => {
      directory.refreshWhenDue(waitUntil);
      meter.flushWhenDue(waitUntil);
    },
    asker: createCheckAsker({ caller: createHttpCheckCaller(), hosts: createHostGuard(names, clock), meter, clock }),
    secrets,
    allowsLocal,
    storedFeatures: { live: createStoredFeatureMerger(redis, "live", hash), test: createStoredFeatureMerger(redis, "test", hash) },
  };
}
