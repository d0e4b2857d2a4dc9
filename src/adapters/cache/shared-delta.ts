import { ok } from "../../core/result.ts";
import type { DeltaSource } from "../../ports/lists.ts";

/** Only the cache knows this name; nothing is ever asked there. */
const KEY = "https://lists.tollgate.internal/version";

/** What is used of the platform's cache. */
export interface VersionCache {
  match(key: string): Promise<Response | undefined>;
  put(key: string, response: Response): Promise<void>;
}
export interface SharedDeltaOptions {
  /** How old a version may be before the store is asked again, by one isolate for all of the location. */
  readonly freshMs: number;
  readonly clock: () => number;
}

/**
 * Asks for the lists' version once for all isolates of a location: each looks into the location's cache, which is near and free, and one of them
 * asks the store. Without a cache (on `workers.dev` it keeps nothing) each isolate asks for itself, as often. A cache that fails is passed over.
 */
export function createSharedDelta(
  open: () => Promise<VersionCache>,
  source: DeltaSource,
  { freshMs, clock }: SharedDeltaOptions,
): DeltaSource {
  let cache: VersionCache | null = null;
  let known: { readonly version: number; readonly readAtMs: number } | null = null;
  const isFresh = (readAtMs: number): boolean => clock() - readAtMs < freshMs;

  async function fromCache(): Promise<number | null> {
    try {
      cache ??= await open();
      const found = await cache.match(KEY);
      const [version = Number.NaN, readAtMs = Number.NaN] = ((await found?.text()) ?? "").split(" ").map(Number);
      if (!Number.isInteger(version) || !isFresh(readAtMs)) return null;
      known = { version, readAtMs };
      return version;
    } catch {
      // The store has it all the same.
      return null;
    }
  }

  async function toCache(version: number, readAtMs: number): Promise<void> {
    try {
      const headers = { "cache-control": `max-age=${Math.ceil(freshMs / 1_000)}` };
      await cache?.put(KEY, new Response(`${version} ${readAtMs}`, { headers }));
    } catch {
      // The next isolate asks the store.
    }
  }

  return {
    async version(budgetMs) {
      if (known !== null && isFresh(known.readAtMs)) return ok(known.version);
      const shared = await fromCache();
      if (shared !== null) return ok(shared);
      const readAtMs = clock();
      const answer = await source.version(budgetMs);
      if (!answer.ok || answer.value === null) return answer;
      known = { version: answer.value, readAtMs };
      await toCache(answer.value, readAtMs);
      return answer;
    },
    read: source.read,
  };
}
