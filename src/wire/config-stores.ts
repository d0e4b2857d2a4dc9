import type { Database } from "../adapters/postgres/database.ts";
import { createManifestStore } from "../adapters/postgres/manifest-store.ts";
import { createApprovalStore } from "../adapters/postgres/rule-approvals.ts";
import { createDependentSource } from "../adapters/postgres/rule-dependents.ts";
import { createDraftStore } from "../adapters/postgres/rule-draft.ts";
import type { Services } from "../pipeline/services.ts";

/** Where versions of the rules, their draft and what waits for approval are kept; live ones also in Redis and KV. */
export function createConfigStores(database: Database, { redis, kv }: Pick<Services["config"], "redis" | "kv">): Services["config"] {
  return {
    redis,
    kv,
    manifests: createManifestStore(database),
    drafts: createDraftStore(database),
    dependents: createDependentSource(database),
    approvals: createApprovalStore(database),
  };
}
