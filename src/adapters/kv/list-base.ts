import type { BaseSource, BaseStore } from "../../ports/lists.ts";
import { within } from "../time/within.ts";

const baseKey = (hash: string): string => `lists:base:${hash}`;
/** A base that the delta no longer names is needed by isolates that have not heard of the next one. */
const KEPT_SECONDS = 30 * 86_400;

/** Compiled address lists by hash, which never change. Past the budget: the last good lists stay. */
export function createBaseSource(kv: Pick<KVNamespace, "get">): BaseSource {
  return { get: (hash, budgetMs) => within("kv", budgetMs, () => kv.get(baseKey(hash), { type: "arrayBuffer" })) };
}

export function createBaseStore(kv: KVNamespace): BaseStore {
  return {
    ...createBaseSource(kv),
    put: (hash, bytes, budgetMs) => within("kv", budgetMs, () => kv.put(baseKey(hash), bytes, { expirationTtl: KEPT_SECONDS })),
  };
}
