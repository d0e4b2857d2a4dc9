import { createBaseStore } from "../adapters/kv/list-base.ts";
import { createCheckpointStore } from "../adapters/kv/list-checkpoint.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createEntryStore } from "../adapters/postgres/list-entries.ts";
import { createFeedStore } from "../adapters/postgres/list-feeds.ts";
import { createNamedListStore } from "../adapters/postgres/list-names.ts";
import { createListStateStore } from "../adapters/postgres/list-state.ts";
import type { RedisClient } from "../adapters/redis/client.ts";
import { createListStore } from "../adapters/redis/list-store.ts";
import { createMarkStore } from "../adapters/redis/marks.ts";
import { hexOf } from "../core/secrecy/digest-hex.ts";
import type { DimensionHash } from "../core/velocity/dimension-hash.ts";
import type { ListServices } from "../pipeline/lists/list-services.ts";
import { createLiveLists } from "../pipeline/lists/live-lists.ts";
import { writeSnapshotOf } from "../pipeline/lists/publish-changes.ts";

/** Blocks, whitelist and named lists, over this deployment's stores. */
export function createLists(deps: {
  readonly database: Database;
  readonly redis: RedisClient;
  readonly kv: KVNamespace;
  readonly hash: DimensionHash;
  readonly clock: () => number;
}): ListServices {
  const bases = createBaseStore(deps.kv);
  const stores = { live: createListStore(deps.redis, "live"), test: createListStore(deps.redis, "test") };
  const checkpoints = { live: createCheckpointStore(deps.kv, "live"), test: createCheckpointStore(deps.kv, "test") };
  const hashOf = async (bytes: ArrayBuffer): Promise<string> => hexOf(await crypto.subtle.digest("SHA-256", bytes));
  const state = createListStateStore(deps.database);
  const { clock } = deps;
  const live = (world: "live" | "test") =>
    createLiveLists({
      ...{ source: stores[world], checkpoints: checkpoints[world], bases, hashOf, clock },
      async rewriteSnapshot(budgetMs) {
        const endMs = clock() + budgetMs;
        return (await writeSnapshotOf({ state, stores, clock }, world === "live", () => Math.max(1, endMs - clock()))).ok;
      },
    });
  return {
    entries: createEntryStore(deps.database),
    feeds: createFeedStore(deps.database),
    named: createNamedListStore(deps.database),
    state,
    marks: createMarkStore(deps.redis, deps.hash),
    stores,
    checkpoints,
    bases,
    hashOf,
    live: { live: live("live"), test: live("test") },
  };
}
