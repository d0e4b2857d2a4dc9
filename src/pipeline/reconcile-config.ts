import { Manifest } from "../core/config/manifest.ts";
import type { Services } from "./services.ts";

const BUDGET_MS = 5_000;

/**
 * Brings Redis and KV to what Postgres says is live: a publish that died half-way, a Redis that came back empty, a KV value
 * that vanished. Null when a store failed.
 */
export async function reconcileConfig(services: Services): Promise<true | null> {
  const { redis, kv, manifests } = services.config;
  const latest = await manifests.latest(BUDGET_MS);
  if (!latest.ok) return null;
  if (latest.value === null) return true;
  const { seq, hash, text } = latest.value;
  const manifest = Manifest.parse(JSON.parse(text));
  for (const contentHash of [manifest.ruleset, manifest.features, hash]) {
    const known = contentHash === hash ? text : await manifests.content(contentHash, BUDGET_MS);
    const content = typeof known === "string" ? known : known.ok ? known.value : null;
    if (content === null) return null;
    for (const store of [kv, redis]) {
      const present = await store.get(contentHash, BUDGET_MS);
      if (!present.ok) return null;
      if (present.value !== content && !(await store.put(contentHash, content, BUDGET_MS)).ok) return null;
    }
  }
  for (const pointers of [redis, kv]) {
    const current = await pointers.read(BUDGET_MS);
    if (!current.ok) return null;
    if ((current.value?.seq ?? 0) < seq && !(await pointers.advance({ seq, hash }, BUDGET_MS)).ok) return null;
  }
  if (!(await redis.allowFormats(services.clock(), BUDGET_MS)).ok) return null;
  return true;
}
