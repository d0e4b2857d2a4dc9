import * as z from "zod";
import { ok } from "../../core/result.ts";
import type { ContentStore, Pointer, PointerStore } from "../../ports/configuration.ts";
import { within } from "../time/within.ts";

const POINTER_KEY = "config:live";
const contentKey = (hash: string): string => `config:${hash}`;
/** The least KV allows. */
const POINTER_CACHE_SECONDS = 30;

const StoredPointer = z.object({ seq: z.int().positive(), hash: z.string() });

/**
 * Contents by hash and the fallback pointer in Workers KV. A write may take a minute to be seen elsewhere: the pointer that counts is Redis'.
 * Contents never change, yet they are read with KV's shortest cache time: a miss is cached as long as a value would be.
 */
export function createKvConfigStore(kv: KVNamespace): ContentStore & PointerStore {
  return {
    get: (hash, budgetMs) => within("kv", budgetMs, () => kv.get(contentKey(hash), { type: "text" })),
    put: (hash, text, budgetMs) => within("kv", budgetMs, () => kv.put(contentKey(hash), text)),
    async read(budgetMs) {
      const stored = await within("kv", budgetMs, () => kv.get(POINTER_KEY, { type: "text", cacheTtl: POINTER_CACHE_SECONDS }));
      return stored.ok ? ok(parsePointer(stored.value)) : stored;
    },
    async advance(pointer, budgetMs) {
      const stored = await within("kv", budgetMs, () => kv.get(POINTER_KEY, { type: "text" }));
      if (!stored.ok) return stored;
      if ((parsePointer(stored.value)?.seq ?? 0) > pointer.seq) return ok(false);
      const written = await within("kv", budgetMs, () => kv.put(POINTER_KEY, JSON.stringify(pointer)));
      return written.ok ? ok(true) : written;
    },
  };
}

/** A damaged pointer is no pointer: what is in force stays. */
function parsePointer(text: string | null): Pointer | null {
  if (text === null) return null;
  try {
    return StoredPointer.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
