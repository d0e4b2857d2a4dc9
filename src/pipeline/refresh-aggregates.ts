import type { World } from "../core/access/api-key.ts";
import type { CompiledConfig } from "../core/config/compile.ts";
import type { CanonicalEvent } from "../core/event/event.ts";
import type { ClientAggregates, EntityAggregates } from "../core/features/aggregates.ts";
import type { Services } from "./services.ts";

const BUDGET_MS = 3_000;

/** What to do about the cached aggregates after a decision: keep what was just read, or read again because they are stale. */
export type Refresh =
  | { readonly kind: "none" }
  | { readonly kind: "cache"; readonly client: ClientAggregates | null; readonly dest: EntityAggregates | null }
  | { readonly kind: "read" };

/** Fills the cache of D5 after the response, so that the next decision on this client or recipient needs no SQL. A failure costs the next decision a query. */
export async function refreshAggregates(
  services: Services,
  config: CompiledConfig,
  world: World,
  event: CanonicalEvent,
  refresh: Refresh,
): Promise<void> {
  if (refresh.kind === "none") return;
  const { client, dest } = event.dimensions;
  let found = refresh.kind === "cache" ? { client: refresh.client, dest: refresh.dest } : null;
  if (found === null) {
    const read = await services.aggregatesOf(config.catalogue, world).aggregate({
      client: client ?? null,
      dest: dest ?? null,
      asOfMs: event.occurredAtMs,
      exceptId: event.id,
      budgetMs: BUDGET_MS,
    });
    if (!read.ok) return;
    found = read.value;
  }
  const velocity = services.velocity[world];
  if (client !== undefined && found.client !== null)
    await velocity.cacheAggregates("client", client, JSON.stringify(found.client), BUDGET_MS);
  if (dest !== undefined && found.dest !== null) await velocity.cacheAggregates("dest", dest, JSON.stringify(found.dest), BUDGET_MS);
}
