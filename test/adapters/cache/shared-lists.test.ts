import { expect, test } from "vitest";
import { createSharedLists, type ListCache } from "../../../src/adapters/cache/shared-lists.ts";
import { err, ok } from "../../../src/core/result.ts";
import type { ListSource } from "../../../src/ports/lists.ts";

/** The platform's cache, which Node does not have: keeps answers, whatever their age. */
function aCache(): ListCache {
  const kept = new Map<string, string>();
  return {
    match: async (key) => (kept.has(key) ? new Response(kept.get(key)) : undefined),
    put: async (key, response) => {
      kept.set(key, await response.text());
    },
  };
}
const brokenCache: ListCache = {
  match: () => Promise.reject(new Error("no cache")),
  put: () => Promise.reject(new Error("no cache")),
};

/** Isolates of one location over one store. */
function aLocation(cache: ListCache) {
  const store = { version: 7 as number | null, asked: 0, read: 0, isAway: false, isTrimmed: false, nowMs: 50_000 };
  const source: ListSource = {
    version: async () => {
      store.asked += 1;
      return store.isAway ? err({ source: "redis", reason: "timeout" }) : ok(store.version);
    },
    changes: async (after) => {
      store.read += 1;
      return ok(store.isTrimmed ? [] : [`{"from":${after}}`, `{"to":${store.version}}`]);
    },
    snapshot: async () => {
      store.read += 1;
      return ok(`snapshot ${store.version}`);
    },
  };
  const isolate = () => createSharedLists(async () => cache, source, { freshMs: 5_000, clock: () => store.nowMs });
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

test("changes and snapshot are read once for a version, and again for the next", async () => {
  const { store, isolate } = aLocation(aCache());
  const isolates = [isolate(), isolate(), isolate()];
  for (const one of isolates) {
    await one.version(100);
    expect(await one.changes(5, 100)).toEqual(ok(['{"from":5}', '{"to":7}']));
    expect(await one.snapshot(100)).toEqual(ok("snapshot 7"));
  }
  expect(store.read).toBe(2);
  expect(await isolates[0]?.changes(6, 100)).toEqual(ok(['{"from":6}', '{"to":7}']));
  Object.assign(store, { version: 8, nowMs: store.nowMs + 5_000 });
  for (const one of isolates) {
    await one.version(100);
    expect(await one.changes(7, 100)).toEqual(ok(['{"from":7}', '{"to":8}']));
  }
  expect(store.read).toBe(4);
});

test("that the store has no changes is not kept", async () => {
  const { store, isolate } = aLocation(aCache());
  await isolate().version(100);
  store.isTrimmed = true;
  expect(await isolate().changes(5, 100)).toEqual(ok([]));
  store.isTrimmed = false;
  expect(await isolate().changes(5, 100)).toEqual(ok(['{"from":5}', '{"to":7}']));
});
