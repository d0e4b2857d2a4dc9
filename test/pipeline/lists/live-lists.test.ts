import { expect, test } from "vitest";
import { parseNetwork } from "../../../src/core/address/network.ts";
import { parseAddress } from "../../../src/core/address/parse-address.ts";
import { compileAddressList } from "../../../src/core/lists/base/compile-address-list.ts";
import { type BasePointer, writeChanges, writeSnapshot } from "../../../src/core/lists/change-log.ts";
import { type BroadEntry, type EntrySet, NO_ENTRIES } from "../../../src/core/lists/listed-entry.ts";
import { err, ok } from "../../../src/core/result.ts";
import { createLiveLists } from "../../../src/pipeline/lists/live-lists.ts";

const NOW_MS = Date.parse("2026-11-20T12:00:00Z");
const hashOf = async (bytes: ArrayBuffer): Promise<string> =>
  `hash-of-${bytes.byteLength}-${new Uint8Array(bytes).reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7)}`;

let numbered = 0;
const block = (id: string, value: string): BroadEntry => {
  numbered += 1;
  return { number: numbered, id, value, verdict: "block", kind: "ip", reason: "test", source: "staff", expiresAtMs: null, rules: null };
};
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
  const held = {
    ...{ version: null as number | null, snapshot: null as string | null, changes: [] as { to: number; text: string }[] },
    ...{ bases: new Map<string, ArrayBuffer>(), checkpoint: null as string | null, isRedisDown: false, isKvDown: false, snapshotsRead: 0 },
  };
  const down = (source: "redis" | "kv") => err({ source, reason: "unavailable" } as const);
  const isolate = (rewriteSnapshot?: () => Promise<boolean>) =>
    createLiveLists({
      ...(rewriteSnapshot === undefined ? {} : { rewriteSnapshot }),
      source: {
        version: async () => (held.isRedisDown ? down("redis") : ok(held.version)),
        changes: async (after) =>
          held.isRedisDown ? down("redis") : ok(held.changes.filter(({ to }) => to > after).map(({ text }) => text)),
        snapshot: async () => {
          held.snapshotsRead += 1;
          return held.isRedisDown ? down("redis") : ok(held.snapshot);
        },
      },
      checkpoints: {
        read: async () => (held.isKvDown ? down("kv") : ok(held.checkpoint === null ? null : { snapshot: held.checkpoint, changes: [] })),
      },
      bases: { get: async (hash) => (held.isKvDown ? down("kv") : ok(held.bases.get(hash) ?? null)) },
      hashOf,
      clock: () => NOW_MS,
    });
  const lists = isolate();
  const pointerOf = (hash: string | null): BasePointer | null => (hash === null ? null : { hash, parts: [hash] });
  const publish = (version: number, base: string | null, ...broad: BroadEntry[]): void => {
    held.snapshot = writeSnapshot({ version, base: pointerOf(base), ...NO_ENTRIES, broad });
    held.version = version;
  };
  const change = (from: number, to: number, changes: Partial<EntrySet>): void => {
    held.changes.push({ to, text: writeChanges({ from, to, base: null, ...NO_ENTRIES, ...changes }) });
    held.version = to;
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
  return { held, lists, isolate, publish, change, store, says };
}

test("an isolate with more changes than it keeps reads the next snapshot once, and follows from there", async () => {
  const { held, lists, publish, change, says } = stores();
  publish(1, null);
  await lists.refresh(100);
  const single = (number: number) => ({
    ...({
      number,
      value: `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`,
      verdict: "block",
      source: "staff",
      expiresAtMs: null,
    } as const),
  });
  const singles = Array.from({ length: 4_500 }, (_, at) => single(at + 1));
  change(1, 2, { singles });
  await lists.refresh(100);
  // The snapshot is no newer: it is not read with every change.
  change(2, 3, { singles: [single(5_001)] });
  await lists.refresh(100);
  expect([held.snapshotsRead, says("10.0.17.148"), says("10.0.19.137")]).toEqual([2, "block", "block"]);
  held.snapshot = writeSnapshot({ version: 3, base: null, ...NO_ENTRIES, singles: [...singles, single(5_001)] });
  change(3, 4, { singles: Array.from({ length: 4_500 }, (_, at) => single(at + 6_001)), gone: [7] });
  await lists.refresh(100);
  expect([held.snapshotsRead, lists.version(), lists.current()?.entries.recent.size]).toEqual([3, "none+4", 4_501]);
  expect(["10.0.17.148", "10.0.0.7", "10.0.23.113"].map(says)).toEqual(["block", "none", "block"]);
});

test("an isolate that finds a version and no snapshot of its format has it written anew, where there is a record", async () => {
  const { held, isolate, publish } = stores();
  publish(7, null, block("a", "198.51.100.1"));
  const written = held.snapshot;
  for (const unreadable of [null, '{"version":7,"entries":[]}']) {
    held.snapshot = unreadable;
    const gate = isolate();
    expect([await gate.refresh(100), gate.checkedAtMs()]).toEqual([false, null]);
    const decision = isolate(async () => {
      held.snapshot = written;
      return true;
    });
    expect([await decision.refresh(100), decision.checkedAtMs(), decision.version()]).toEqual([true, NOW_MS, "none+7"]);
  }
});

test("a gate that cannot read the snapshot takes what KV has, and does not call it the newest", async () => {
  const { held, isolate, publish } = stores();
  publish(7, null, block("a", "198.51.100.1"));
  Object.assign(held, { checkpoint: held.snapshot, snapshot: null, version: 8 });
  const gate = isolate();
  expect([await gate.refresh(100), gate.version(), gate.checkedAtMs()]).toEqual([false, "none+7", null]);
});

test("nothing listed yet is a list too, so that nobody waits for one", async () => {
  const { lists, says } = stores();
  expect(lists.current()).toBeNull();
  expect(await lists.refresh(100)).toBe(true);
  expect(says("192.0.2.1")).toBe("none");
  expect(lists.version()).toBe("none+0");
});

test("base and entries act together, and newer ones take their place", async () => {
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
  expect(lists.checkedAtMs()).toBe(NOW_MS);
  Object.assign(held, { isRedisDown: false, version: null, snapshot: null });
  expect(await lists.refresh(100)).toBe(false);
  expect(says("198.51.100.1")).toBe("block");
  // Nobody vouches for them now.
  expect(lists.checkedAtMs()).toBeNull();
  publish(6, null);
  expect(await lists.refresh(100)).toBe(true);
  expect([says("198.51.100.1"), lists.checkedAtMs()]).toEqual(["none", NOW_MS]);
});

test.each([
  ["is missing", async () => undefined],
  [
    "is another than its hash says",
    async (held: ReturnType<typeof stores>["held"], hash: string) => void held.bases.set(hash, baseOf("0.0.0.0/1")),
  ],
  ["is no list", async (held: ReturnType<typeof stores>["held"], hash: string) => void held.bases.set(hash, new ArrayBuffer(8))],
])("when the next base %s, the one before and the new entries are in force until it comes", async (_, spoil) => {
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
    "none",
    "block",
    "none",
    "none",
  ]);
  await store(next);
  expect(await lists.refresh(100)).toBe(true);
  expect(["192.0.2.9", "198.51.100.1", "198.51.100.2", "203.0.113.9"].map(says)).toEqual(["none", "block", "block", "block"]);
});

test("an isolate that never had a base blocks what people listed when KV is away", async () => {
  const { held, lists, publish, says } = stores();
  held.isKvDown = true;
  publish(1, "somewhere", block("a", "198.51.100.1"));
  expect(await lists.refresh(100)).toBe(false);
  expect([says("198.51.100.1"), says("192.0.2.1")]).toEqual(["block", "none"]);
});

test("an isolate that follows reads what changed; one that is too far behind, or damaged texts, are made good by the snapshot", async () => {
  const { held, lists, publish, change, says } = stores();
  publish(5, null, block("a", "198.51.100.0/24"));
  await lists.refresh(100);
  const single = { number: 900, verdict: "block", value: "203.0.113.1", source: "staff", expiresAtMs: null } as const;
  change(5, 6, { singles: [single] });
  change(6, 8, { singles: [{ ...single, number: 901, value: "2001:db8::1" }], gone: [900] });
  expect(await lists.refresh(100)).toBe(true);
  expect(["198.51.100.7", "203.0.113.1", "2001:db8::1"].map(says)).toEqual(["block", "none", "block"]);
  expect([held.snapshotsRead, lists.version()]).toEqual([1, "none+8"]);
  held.changes = [];
  change(11, 12, {});
  publish(12, null, block("b", "192.0.2.0/24"));
  expect(await lists.refresh(100)).toBe(true);
  expect(["198.51.100.7", "192.0.2.1"].map(says)).toEqual(["none", "block"]);
  held.changes = [{ to: 13, text: "{" }];
  held.version = 13;
  expect(await lists.refresh(100)).toBe(false);
  expect(says("192.0.2.1")).toBe("block");
  publish(13, null);
  expect(await lists.refresh(100)).toBe(true);
  expect(says("192.0.2.1")).toBe("none");
});

test.each([
  ["is away", { isRedisDown: true }],
  ["came back empty", {}],
])("an isolate that begins while Redis %s has what KV keeps, and nobody vouches for it", async (_, state) => {
  const { held, lists, store, says } = stores();
  const hash = await store(baseOf("192.0.2.0/24"));
  held.checkpoint = writeSnapshot({ version: 4, base: { hash, parts: [hash] }, ...NO_ENTRIES, broad: [block("a", "198.51.100.1")] });
  Object.assign(held, state);
  expect(await lists.refresh(100)).toBe(false);
  expect(["192.0.2.9", "198.51.100.1", "198.51.100.2"].map(says)).toEqual(["block", "block", "none"]);
  expect(lists.checkedAtMs()).toBeNull();
});
