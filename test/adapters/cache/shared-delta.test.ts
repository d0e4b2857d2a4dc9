import { expect, test } from "vitest";
import { createSharedDelta, type VersionCache } from "../../../src/adapters/cache/shared-delta.ts";
import { err, ok } from "../../../src/core/result.ts";
import type { DeltaSource } from "../../../src/ports/lists.ts";

/** The platform's cache, which Node does not have: keeps one answer, whatever its age. */
function aCache(): VersionCache {
  let kept: string | null = null;
  return {
    match: async () => (kept === null ? undefined : new Response(kept)),
    put: async (_, response) => {
      kept = await response.text();
    },
  };
}
const brokenCache: VersionCache = {
  match: () => Promise.reject(new Error("no cache")),
  put: () => Promise.reject(new Error("no cache")),
};

/** Isolates of one location over one store. */
function aLocation(cache: VersionCache) {
  const store = { version: 7 as number | null, asked: 0, isAway: false, nowMs: 50_000 };
  const source: DeltaSource = {
    version: async () => {
      store.asked += 1;
      return store.isAway ? err({ source: "redis", reason: "timeout" }) : ok(store.version);
    },
    read: async () => ok(`delta ${store.version}`),
  };
  const isolate = () => createSharedDelta(async () => cache, source, { freshMs: 5_000, clock: () => store.nowMs });
  return { store, isolate };
}

test("one isolate asks for all of its location, once in the time that is set", async () => {
  const { store, isolate } = aLocation(aCache());
  const isolates = [isolate(), isolate(), isolate()];
  for (const one of isolates) expect(await one.version(100)).toEqual(ok(7));
  expect(store.asked).toBe(1);
  store.version = 8;
  store.nowMs += 4_999;
  for (const one of isolates) expect(await one.version(100)).toEqual(ok(7));
  store.nowMs += 1;
  for (const one of isolates) expect(await one.version(100)).toEqual(ok(8));
  expect(store.asked).toBe(2);
});

test("age counts from the store's answer, so what is read from the cache late is asked anew no later", async () => {
  const { store, isolate } = aLocation(aCache());
  await isolate().version(100);
  store.nowMs += 4_000;
  const late = isolate();
  await late.version(100);
  store.version = 8;
  store.nowMs += 1_000;
  expect(await late.version(100)).toEqual(ok(8));
});

test("without a cache that works each isolate asks for itself, as often", async () => {
  const { store, isolate } = aLocation(brokenCache);
  const one = isolate();
  for (let i = 0; i < 10; i++) expect(await one.version(100)).toEqual(ok(7));
  expect(store.asked).toBe(1);
});

test("faults and an empty store are told and not kept", async () => {
  const { store, isolate } = aLocation(aCache());
  store.isAway = true;
  expect((await isolate().version(100)).ok).toBe(false);
  Object.assign(store, { isAway: false, version: null });
  expect(await isolate().version(100)).toEqual(ok(null));
  store.version = 7;
  expect(await isolate().version(100)).toEqual(ok(7));
});
