import { expect, test } from "vitest";
import { parseNetwork } from "../../../src/core/address/network.ts";
import { parseAddress } from "../../../src/core/address/parse-address.ts";
import { compileAddressList } from "../../../src/core/lists/base/compile-address-list.ts";
import { type DeltaEntry, type ListDelta, writeDelta } from "../../../src/core/lists/delta.ts";
import { err, ok } from "../../../src/core/result.ts";
import { createLiveLists } from "../../../src/pipeline/lists/live-lists.ts";

const NOW_MS = Date.parse("2026-11-20T12:00:00Z");
const hashOf = async (bytes: ArrayBuffer): Promise<string> =>
  `hash-of-${bytes.byteLength}-${new Uint8Array(bytes).reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7)}`;

const block = (id: string, value: string): DeltaEntry => ({
  ...{ id, value, verdict: "block", kind: "ip", reason: "test", source: "staff", expiresAtMs: null, rules: null },
});
const baseOf = (...cidrs: string[]): ArrayBuffer =>
  compileAddressList(
    cidrs.flatMap((cidr) => {
      const network = parseNetwork(cidr);
      return network === null ? [] : [{ network, role: "block" as const, source: "feed", number: 0, expiresAtMs: null }];
    }),
    { nowMs: NOW_MS },
  );

/** Stores that hold what a test puts into them, and fail when it says so. */
function stores() {
  const held = { delta: null as ListDelta | null, bases: new Map<string, ArrayBuffer>(), isRedisDown: false, isKvDown: false };
  const down = (source: "redis" | "kv") => err({ source, reason: "unavailable" } as const);
  const lists = createLiveLists({
    deltas: {
      version: async () => (held.isRedisDown ? down("redis") : ok(held.delta?.version ?? null)),
      read: async () => (held.isRedisDown ? down("redis") : ok(held.delta === null ? null : writeDelta(held.delta))),
    },
    bases: { get: async (hash) => (held.isKvDown ? down("kv") : ok(held.bases.get(hash) ?? null)) },
    hashOf,
    clock: () => NOW_MS,
  });
  const publish = (version: number, base: string | null, ...entries: DeltaEntry[]): void => {
    held.delta = { version, base, entries, removed: [], removedSources: [] };
  };
  const store = async (bytes: ArrayBuffer): Promise<string> => {
    const hash = await hashOf(bytes);
    held.bases.set(hash, bytes);
    return hash;
  };
  const says = (address: string): string | undefined => {
    const parsed = parseAddress(address);
    return parsed === null ? undefined : lists.current()?.find(parsed, NOW_MS).kind;
  };
  return { held, lists, publish, store, says };
}

test("nothing listed yet is a list too, so that nobody waits for one", async () => {
  const { lists, says } = stores();
  expect(lists.current()).toBeNull();
  expect(await lists.refresh(100)).toBe(true);
  expect(says("192.0.2.1")).toBe("none");
  expect(lists.version()).toBe("none+0");
});

test("base and delta act together, and a newer delta takes their place", async () => {
  const { lists, publish, store, says } = stores();
  const base = await store(baseOf("192.0.2.0/24"));
  publish(1, base, block("a", "198.51.100.1"));
  await lists.refresh(100);
  expect([says("192.0.2.9"), says("198.51.100.1"), says("198.51.100.2")]).toEqual(["block", "block", "none"]);
  publish(2, base, block("b", "198.51.100.2"));
  await lists.refresh(100);
  expect([says("192.0.2.9"), says("198.51.100.1"), says("198.51.100.2")]).toEqual(["block", "none", "block"]);
});

test("while Redis is away or came back empty the last good lists stay", async () => {
  const { held, lists, publish, says } = stores();
  publish(5, null, block("a", "198.51.100.1"));
  await lists.refresh(100);
  held.isRedisDown = true;
  expect(await lists.refresh(100)).toBe(false);
  held.isRedisDown = false;
  held.delta = null;
  expect(await lists.refresh(100)).toBe(true);
  expect(says("198.51.100.1")).toBe("block");
});

test.each([
  ["is missing", async () => undefined],
  [
    "is another than its hash says",
    async (held: ReturnType<typeof stores>["held"], hash: string) => void held.bases.set(hash, baseOf("0.0.0.0/1")),
  ],
  ["is no list", async (held: ReturnType<typeof stores>["held"], hash: string) => void held.bases.set(hash, new ArrayBuffer(8))],
])("when the next base %s, the one before and what the delta adds are in force until it comes", async (_, spoil) => {
  const { held, lists, publish, store, says } = stores();
  publish(1, await store(baseOf("192.0.2.0/24")), block("a", "198.51.100.1"));
  await lists.refresh(100);
  const next = baseOf("203.0.113.0/24", "198.51.100.1");
  const hash = await hashOf(next);
  await spoil(held, hash);
  publish(2, hash, block("b", "198.51.100.2"));
  expect(await lists.refresh(100)).toBe(false);
  expect(["192.0.2.9", "198.51.100.1", "198.51.100.2", "203.0.113.9", "8.8.8.8"].map(says)).toEqual([
    "block",
    "block",
    "block",
    "none",
    "none",
  ]);
  await store(next);
  expect(await lists.refresh(100)).toBe(true);
  expect(["192.0.2.9", "198.51.100.1", "198.51.100.2", "203.0.113.9"].map(says)).toEqual(["none", "block", "block", "block"]);
});

test("an isolate that never had a base blocks what the delta names when KV is away", async () => {
  const { held, lists, publish, says } = stores();
  held.isKvDown = true;
  publish(1, "somewhere", block("a", "198.51.100.1"));
  expect(await lists.refresh(100)).toBe(false);
  expect([says("198.51.100.1"), says("192.0.2.1")]).toEqual(["block", "none"]);
});
