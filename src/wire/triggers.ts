import { createCallerSource } from "../adapters/postgres/caller-activity.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createFraudStatsSource } from "../adapters/postgres/fraud-stats.ts";
import { createTrafficSource } from "../adapters/postgres/traffic.ts";
import type { DimensionHash } from "../core/velocity/dimension-hash.ts";
import { type CompiledTriggers, compileDefaultTriggers } from "../pipeline/triggers/default-triggers.ts";
import type { TriggerServices } from "../pipeline/triggers/trigger-services.ts";

/** What opens reports by itself, over this deployment's stores. */
export function createTriggers(deps: {
  readonly database: Database;
  readonly currency: { readonly code: string; readonly exponent: number };
  readonly hash: DimensionHash;
}): TriggerServices {
  const nameHash = (text: string): string => deps.hash.hash64("client", `trigger\n${text}`);
  let made: CompiledTriggers | null = null;
  return {
    traffic: createTrafficSource(deps.database),
    callers: createCallerSource(deps.database),
    fraudStats: createFraudStatsSource(deps.database),
    nameHash,
    compiled: () => {
      made ??= compileDefaultTriggers({ currency: deps.currency, hash: nameHash });
      return made;
    },
  };
}
