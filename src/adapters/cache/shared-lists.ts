import { ok } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import type { ListSource } from "../../ports/lists.ts";

/** Only the cache knows these names; nothing is ever asked there. */
const PREFIX = "https://lists.tollgate.internal";
const VERSION_KEY = `${PREFIX}/version`;
/** What belongs to a version stays the same; it is dropped once every isolate has it. */
const KEPT_SECONDS = 60;

/** What is used of the platform's cache. */
export interface ListCache {
  match(key: string): Promise<Response | undefined>;
  put(key: string, response: Response): Promise<void>;
}
export interface SharedListsOptions {
  /** How old a version may be before the store is asked again, by one isolate for all of the location. */
  readonly freshMs: number;
  readonly clock: () => number;
}

/**
 * Asks the store once for all isolates of a location: each looks into the location's cache, which is near and free, for the version, the changes
 * up to it and the snapshot, and one of them asks the store. Without a cache (on `workers.dev` it keeps nothing) each isolate asks for itself, as
 * often. A cache that fails is passed over.
 */
export function createSharedLists(open: () => Promise<ListCache>, source: ListSource, { freshMs, clock }: SharedListsOptions): ListSource {
  let cache: ListCache | null = null;
  let known: { readonly version: number; readonly readAtMs: number } | null = null;
  const isFresh = (readAtMs: number): boolean => clock() - readAtMs < freshMs;

  async function fromCache(key: string): Promise<string | null> {
    try {
      cache ??= await open();
      return (await (await cache.match(key))?.text()) ?? null;
    } catch {
      // The store has it all the same.
      return null;
    }
  }
  async function toCache(key: string, text: string, seconds: number): Promise<void> {
    try {
      await cache?.put(key, new Response(text, { headers: { "cache-control": `max-age=${seconds}` } }));
    } catch {
      // The next isolate asks the store.
    }
  }
  /** What the store says once for the location; null is not kept. */
  async function shared<T>(key: string, ask: () => Answer<T>, form: { read(text: string): T; write(value: T): string | null }): Answer<T> {
    const found = await fromCache(key);
    if (found !== null) return ok(form.read(found));
    const answer = await ask();
    const text = answer.ok ? form.write(answer.value) : null;
    if (text !== null) await toCache(key, text, KEPT_SECONDS);
    return answer;
  }

  return {
    async version(budgetMs) {
      if (known !== null && isFresh(known.readAtMs)) return ok(known.version);
      const [version = Number.NaN, sharedAtMs = Number.NaN] = ((await fromCache(VERSION_KEY)) ?? "").split(" ").map(Number);
      if (Number.isInteger(version) && isFresh(sharedAtMs)) {
        known = { version, readAtMs: sharedAtMs };
        return ok(version);
      }
      const readAtMs = clock();
      const answer = await source.version(budgetMs);
      if (!answer.ok || answer.value === null) return answer;
      known = { version: answer.value, readAtMs };
      await toCache(VERSION_KEY, `${answer.value} ${readAtMs}`, Math.ceil(freshMs / 1_000));
      return answer;
    },
    changes: (after, budgetMs) =>
      shared(`${PREFIX}/changes/${after}/${known?.version}`, () => source.changes(after, budgetMs), {
        // A text of changes has no line of its own.
        read: (text) => text.split("\n"),
        write: (changes) => (changes.length === 0 ? null : changes.join("\n")),
      }),
    snapshot: (budgetMs) =>
      shared(`${PREFIX}/snapshot/${known?.version}`, () => source.snapshot(budgetMs), { read: (text) => text, write: (text) => text }),
  };
}
