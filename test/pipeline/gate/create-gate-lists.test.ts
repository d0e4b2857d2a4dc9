import { describe, expect, test } from "vitest";
import { parseAddress } from "../../../src/core/address/parse-address.ts";
import { writeSnapshot } from "../../../src/core/lists/change-log.ts";
import type { BroadEntry } from "../../../src/core/lists/listed-entry.ts";
import { err, ok } from "../../../src/core/result.ts";
import { createGateLists } from "../../../src/pipeline/gate/create-gate-lists.ts";
import type { Place } from "../../../src/pipeline/gate/gate-lists.ts";
import { createLiveLists } from "../../../src/pipeline/lists/live-lists.ts";
import { anEntry } from "../../support/gate-parts.ts";

const NOWHERE: Place = { country: null, asn: null };
const ADDRESS = parseAddress("198.51.100.7");

/** Lists over a store whose state a test sets, at a time that a test sets. */
function aGate(entries: readonly BroadEntry[] = []) {
  const store = { version: 1, entries, isAway: false, hangs: false, asked: 0 };
  let nowMs = 1_000_000;
  const work: Promise<unknown>[] = [];
  const away = err({ source: "redis", reason: "unavailable" } as const);
  const live = createLiveLists({
    source: {
      version: async () => {
        store.asked += 1;
        if (store.hangs) await new Promise(() => {});
        return store.isAway ? away : ok(store.version);
      },
      changes: async () => (store.isAway ? away : ok([])),
      snapshot: async () =>
        store.isAway ? away : ok(writeSnapshot({ version: store.version, base: null, singles: [], broad: store.entries })),
    },
    checkpoints: { read: async () => ok(null) },
    bases: { get: async () => ok(null) },
    hashOf: async () => "",
    clock: () => nowMs,
  });
  const lists = createGateLists({ live, lookMs: 1_000, waitMs: 50, clock: () => nowMs, log: () => {} });
  const waitUntil = (promise: Promise<unknown>) => void work.push(promise);
  return {
    store,
    /** One request as the gate handles it: the verdict, and what follows the answer. */
    async request(place = NOWHERE, address = ADDRESS): Promise<string> {
      const state = await lists.ready(waitUntil);
      const { verdict } = lists.find(address, place, nowMs);
      lists.refresh(waitUntil);
      const following = work.splice(0);
      if (!store.hangs) await Promise.all(following);
      return `${state} ${verdict}`;
    },
    passMs: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe("lists in the isolate", () => {
  test("a cold isolate waits for its lists, and refuses from its first request on", async () => {
    expect(await aGate([anEntry("198.51.100.7")]).request()).toBe("fresh block");
  });

  test("a clean request of a warm isolate asks nobody; after the answer it looks for news, once a second", async () => {
    const gate = aGate();
    await gate.request();
    for (let i = 0; i < 10; i++) await gate.request();
    expect(gate.store.asked).toBe(1);
    gate.passMs(1_000);
    for (let i = 0; i < 10; i++) await gate.request();
    expect(gate.store.asked).toBe(2);
  });

  test("an idle isolate lets one request pass at most, and none when it was idle for a minute", async () => {
    const gate = aGate();
    expect(await gate.request()).toBe("fresh none");
    Object.assign(gate.store, { version: 2, entries: [anEntry("198.51.100.7")] });
    gate.passMs(30_000);
    expect(await gate.request()).toBe("fresh none");
    expect(await gate.request()).toBe("fresh block");
    Object.assign(gate.store, { version: 3, entries: [] });
    gate.passMs(61_000);
    expect(await gate.request()).toBe("fresh none");
  });

  test("without a store the last good lists block, and are old after a minute; when it is back they are recent", async () => {
    const gate = aGate([anEntry("198.51.100.7")]);
    await gate.request();
    gate.store.isAway = true;
    gate.passMs(59_000);
    expect(await gate.request()).toBe("fresh block");
    gate.passMs(2_000);
    expect(await gate.request()).toBe("stale block");
    gate.store.isAway = false;
    gate.passMs(1_000);
    expect(await gate.request()).toBe("fresh block");
  });

  test("a store that hangs delays the requests of one moment, and nobody after", async () => {
    const gate = aGate();
    gate.store.hangs = true;
    expect(await gate.request()).toBe("none none");
    gate.passMs(60);
    // A thousand waits of 50 ms would outlast the test.
    for (let i = 0; i < 1_000; i++) await gate.request();
    expect(gate.store.asked).toBe(1);
  });

  test("a look whose request was cancelled does not end all looking", async () => {
    const gate = aGate([anEntry("198.51.100.7")]);
    gate.store.hangs = true;
    await gate.request();
    gate.store.hangs = false;
    gate.passMs(11_000);
    expect(await gate.request()).toBe("fresh block");
  });
});

describe("what lists say of a visitor", () => {
  const asn = anEntry("64500", { kind: "asn" });
  const country = anEntry("KP", { kind: "country" });
  const allowed = anEntry("198.51.100.7", { verdict: "allow", id: "allowed" });
  const challenged = anEntry("198.51.100.0/24", { verdict: "challenge" });
  const PLACE = { country: "KP", asn: 64_500 };

  test.each([
    ["a country", [country], "block"],
    ["a network operator", [asn], "block"],
    ["an address that is trusted in a country that is blocked", [country, allowed], "allow"],
    ["an operator that is trusted in a country that is blocked", [country, { ...asn, verdict: "allow" as const }], "allow"],
    ["an address to challenge in a country that is blocked", [country, challenged], "block"],
    ["an address to challenge in a country that is trusted", [{ ...country, verdict: "allow" as const }, challenged], "challenge"],
    ["a country whose entry silences rules only", [{ ...country, verdict: "allow" as const, rules: ["R1"] }], "none"],
    ["a country whose block is over", [{ ...country, expiresAtMs: 999_999 }], "none"],
  ])("%s", async (_, entries, verdict) => {
    expect(await aGate(entries).request(PLACE)).toBe(`fresh ${verdict}`);
  });

  test("a visitor without an address is judged by its place", async () => {
    expect(await aGate([country]).request(PLACE, null)).toBe("fresh block");
  });
});
