import { describe, expect, test } from "vitest";
import { parseNetwork } from "../../../src/core/address/network.ts";
import { parseAddress } from "../../../src/core/address/parse-address.ts";
import { type AddressLists, createAddressLists } from "../../../src/core/lists/address-lists.ts";
import { compileAddressList, createListBuilder, type ListedNetwork } from "../../../src/core/lists/base/compile-address-list.ts";
import { type AddressList, openAddressList } from "../../../src/core/lists/base/open-address-list.ts";
import { EMPTY_SNAPSHOT } from "../../../src/core/lists/change-log.ts";
import { entriesOfSnapshot } from "../../../src/core/lists/listed-entries.ts";
import type { BroadEntry } from "../../../src/core/lists/listed-entry.ts";
import { createDraw } from "../address/spellings.ts";

const NOW_MS = Date.parse("2026-11-21T12:00:00Z");
const HOUR_MS = 3_600_000;

function aNetwork(cidr: string, over: Partial<ListedNetwork> = {}): ListedNetwork {
  const network = parseNetwork(cidr);
  if (network === null) throw new Error(cidr);
  return { network, role: "block", source: "ipsum", number: 1, expiresAtMs: null, ...over };
}
function anEntry(value: string, over: Partial<BroadEntry> = {}): BroadEntry {
  const number = Number(over.id?.charCodeAt(0) ?? 1);
  return {
    number,
    id: "e1",
    verdict: "block",
    kind: "ip",
    value,
    reason: "scans",
    source: "staff",
    expiresAtMs: null,
    rules: null,
    ...over,
  };
}
const compiled = (entries: readonly ListedNetwork[]): ArrayBuffer => compileAddressList(entries, { nowMs: NOW_MS });
function opened(bytes: ArrayBuffer): AddressList {
  const list = openAddressList(bytes);
  if (!list.ok) throw new Error(list.error);
  return list.value;
}
const lists = (entries: readonly ListedNetwork[], broad: readonly BroadEntry[] = []): AddressLists =>
  createAddressLists([opened(compiled(entries))], entriesOfSnapshot({ ...EMPTY_SNAPSHOT, broad }, NOW_MS));
function find(from: AddressLists, text: string, nowMs = NOW_MS) {
  const address = parseAddress(text);
  if (address === null) throw new Error(text);
  return from.find(address, nowMs);
}

describe("whitelist inside block inside whitelist", () => {
  const nested = lists([
    aNetwork("198.51.0.0/16", { role: "allow", number: 1 }),
    aNetwork("198.51.100.0/24", { role: "block", number: 2 }),
    aNetwork("198.51.100.7", { role: "allow", number: 3 }),
    aNetwork("203.0.113.0/24", { role: "block", number: 4 }),
    aNetwork("203.0.113.7", { role: "allow", number: 5 }),
  ]);

  test.each([
    ["198.51.100.7", "allow", 3],
    ["198.51.100.8", "allow", 1],
    ["203.0.113.7", "allow", 5],
    ["203.0.113.8", "block", 4],
  ])("%s: %s by entry %i", (address, kind, entry) => {
    expect(find(nested, address)).toMatchObject({ kind, entry });
  });
});

describe("an entry whose time is over", () => {
  const timed = lists([
    aNetwork("192.0.2.0/24", { role: "challenge", number: 1 }),
    aNetwork("192.0.2.0/25", { number: 2, expiresAtMs: NOW_MS + 2 * HOUR_MS }),
    aNetwork("192.0.2.1", { role: "allow", number: 3, expiresAtMs: NOW_MS + HOUR_MS }),
  ]);

  test("gives way to the one below it, without a rebuild", () => {
    const at = (hours: number) => find(timed, "192.0.2.1", NOW_MS + hours * HOUR_MS);
    expect(at(0)).toMatchObject({ kind: "allow", entry: 3, expiresAtMs: NOW_MS + HOUR_MS });
    expect(at(1)).toMatchObject({ kind: "block", entry: 2, expiresAtMs: NOW_MS + 2 * HOUR_MS });
    expect(at(2)).toMatchObject({ kind: "challenge", entry: 1, expiresAtMs: null });
  });

  test("is left out of a list that is compiled later", () => {
    expect(opened(compileAddressList([aNetwork("192.0.2.1", { expiresAtMs: NOW_MS })], { nowMs: NOW_MS })).entryCount).toBe(0);
  });
});

describe("signals", () => {
  const from = lists([
    aNetwork("192.0.2.0/24", { role: "signal", source: "vpn" }),
    aNetwork("192.0.2.0/26", { role: "signal", source: "datacenter" }),
    aNetwork("192.0.2.1", { role: "signal", source: "vpn" }),
    aNetwork("192.0.2.2", { role: "block", source: "ipsum", number: 9 }),
  ]);

  test("refuse nobody, and are told by name, each once", () => {
    expect(find(from, "192.0.2.1")).toEqual({ kind: "none", signals: ["datacenter", "vpn"] });
    expect(find(from, "192.0.2.2")).toMatchObject({ kind: "block", entry: 9, source: "ipsum", signals: ["datacenter", "vpn"] });
    expect(find(from, "192.0.3.1")).toEqual({ kind: "none", signals: [] });
  });

  test("of one look-up do not reach into the next", () => {
    expect(find(from, "192.0.2.1").signals).toEqual(["datacenter", "vpn"]);
    expect(find(from, "192.0.2.200").signals).toEqual(["vpn"]);
  });
});

describe("people's entries", () => {
  const base = [aNetwork("192.0.2.0/24", { number: 7 }), aNetwork("192.0.2.5", { number: 8, source: "tor" })];

  test("decide where a feed's network is the same for as long", () => {
    expect(find(lists(base, [anEntry("192.0.2.0/24")]), "192.0.2.77")).toMatchObject({ entry: "e1" });
    expect(find(lists(base, [anEntry("203.0.113.9")]), "::ffff:203.0.113.9")).toMatchObject({
      kind: "block",
      entry: "e1",
      source: "staff",
    });
  });

  test("that an older release compiled into the base do not count", () => {
    const old = lists([aNetwork("192.0.2.9", { source: "staff" }), aNetwork("192.0.2.10", { source: "auto" }), aNetwork("192.0.2.11")]);
    expect(["192.0.2.9", "192.0.2.10", "192.0.2.11"].map((address) => find(old, address).kind)).toEqual(["none", "none", "block"]);
  });

  test("of the whitelist that name rules lift no block, and are told with all that covers an address", () => {
    const excused = lists(base, [anEntry("192.0.2.6", { verdict: "allow", rules: ["R1"] })]);
    expect(find(excused, "192.0.2.6").kind).toBe("block");
    const address = parseAddress("192.0.2.6");
    expect(address && excused.covering(address, NOW_MS).map(({ role, entry }) => [role, entry])).toEqual([
      ["excuse", "e1"],
      ["block", 7],
    ]);
    expect(excused.entry("e1")?.rules).toEqual(["R1"]);
  });

  test("name what is no address", () => {
    const wide = lists(
      [],
      [
        anEntry("DE", { id: "c", kind: "country" }),
        anEntry("64500", { id: "a", kind: "asn", expiresAtMs: NOW_MS + HOUR_MS }),
        anEntry("example.com", { id: "m", kind: "email_domain", verdict: "allow" }),
      ],
    );
    expect(wide.named("country", "DE", NOW_MS).map(({ id }) => id)).toEqual(["c"]);
    expect(wide.named("country", "FR", NOW_MS)).toEqual([]);
    expect(wide.named("asn", "64500", NOW_MS).length).toBe(1);
    expect(wide.named("asn", "64500", NOW_MS + HOUR_MS)).toEqual([]);
    expect(wide.named("email_domain", "example.com", NOW_MS)[0]?.verdict).toBe("allow");
  });
});

test("equal feeds compile to equal bytes, whenever that is", () => {
  const entries = [aNetwork("192.0.2.0/24"), aNetwork("2001:db8::/32", { expiresAtMs: NOW_MS + 2 * HOUR_MS })];
  const [now, later] = [0, HOUR_MS].map((after) => Buffer.from(compileAddressList(entries, { nowMs: NOW_MS + after })));
  expect(now?.equals(later ?? Buffer.alloc(0))).toBe(true);
});

describe("bytes that are no list", () => {
  const bytes = compiled([aNetwork("192.0.2.0/24"), aNetwork("2001:db8::/32"), aNetwork("2001:db8::1")]);
  const changed = (at: number, value: number): ArrayBuffer => {
    const copy = bytes.slice(0);
    new Uint8Array(copy)[at] = value;
    return copy;
  };

  test.each([
    ["nothing", new ArrayBuffer(0), "not_a_list"],
    ["something else", new TextEncoder().encode("x".repeat(500)).buffer as ArrayBuffer, "not_a_list"],
    ["a list that was cut off", bytes.slice(0, bytes.byteLength - 4), "wrong_length"],
    ["a list of another format", changed(4, 2), "another_version"],
    ["a damaged count", changed(24, 0xff), "damaged_header"],
    ["a damaged name", changed(100, 0xff), "damaged_header"],
  ])("%s is refused", (_, damaged, error) => {
    expect(openAddressList(damaged)).toEqual({ ok: false, error });
  });

  test("damage below the header makes no search endless or throw", () => {
    const draw = createDraw(5);
    const list = compiled(
      Array.from({ length: 300 }, (_, number) => aNetwork(`${10 + draw(4)}.${draw(4)}.${draw(256)}.0/${8 + draw(25)}`, { number })),
    );
    let answered = 0;
    for (let round = 0; round < 300; round++) {
      const copy = list.slice(0);
      const view = new Uint8Array(copy);
      for (let n = 0; n < 50; n++) view[200 + draw(view.length - 200)] = draw(256);
      const broken = createAddressLists([opened(copy)], entriesOfSnapshot(EMPTY_SNAPSHOT, NOW_MS));
      for (let n = 0; n < 20; n++) if (find(broken, `${10 + draw(4)}.${draw(4)}.${draw(256)}.${draw(256)}`).kind !== "allow") answered++;
    }
    expect(answered).toBe(6_000);
  });
});

test("an empty list lists nothing", () => {
  const none = lists([]);
  for (const address of ["0.0.0.0", "255.255.255.255", "::", "ffff::1"]) expect(find(none, address).kind).toBe("none");
  expect(find(createAddressLists([], entriesOfSnapshot(EMPTY_SNAPSHOT, NOW_MS)), "192.0.2.1").kind).toBe("none");
});

test("everything can be listed, and the ends of each family are found", () => {
  const all = lists([aNetwork("0.0.0.0/0", { number: 4 }), aNetwork("::/0", { number: 6 }), aNetwork("255.255.255.255", { number: 5 })]);
  expect(find(all, "0.0.0.0")).toMatchObject({ entry: 4 });
  expect(find(all, "255.255.255.255")).toMatchObject({ entry: 5 });
  expect(find(all, "::")).toMatchObject({ entry: 6 });
  expect(find(all, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")).toMatchObject({ entry: 6 });
});

test("what cannot be kept is refused", () => {
  expect(() => compiled([aNetwork("192.0.2.1", { number: -1 })])).toThrow("-1 is no number of an entry");
  expect(() => compiled([aNetwork("192.0.2.1", { number: 2 ** 32 })])).toThrow("is no number of an entry");
  expect(() => compiled(Array.from({ length: 257 }, (_, at) => aNetwork("192.0.2.1", { source: `feed-${at}` })))).toThrow(
    "more than 256 pairs",
  );
});

test("a list of a million networks takes no more than 20 MiB", { timeout: 60_000 }, () => {
  const draw = createDraw(1);
  function* million(): Generator<ListedNetwork> {
    for (let number = 0; number < 1_000_000; number++) {
      const cidr =
        number % 10 < 7
          ? `${1 + draw(223)}.${draw(256)}.${draw(256)}.${draw(256)}/32`
          : `2a0${draw(10)}:${draw(10_000)}:${draw(10_000)}::/48`;
      yield aNetwork(cidr, { number, expiresAtMs: NOW_MS + 1_000 + number * 60_000 });
    }
  }
  const bytes = compileAddressList(million(), { nowMs: NOW_MS });
  expect(opened(bytes).entryCount).toBe(1_000_000);
  expect(bytes.byteLength).toBeLessThan(20 * 1_024 * 1_024);
});

test("a base names network operators and countries of feeds, each with its role and end; signals are none", () => {
  const builder = createListBuilder({ nowMs: NOW_MS });
  const named = { source: "crowdsec", expiresAtMs: NOW_MS + HOUR_MS };
  builder.addName({ ...named, kind: "asn", value: "64500", role: "block" });
  builder.addName({ ...named, kind: "asn", value: "64500", role: "challenge", expiresAtMs: null });
  builder.addName({ ...named, kind: "country", value: "DE", role: "challenge" });
  builder.addName({ ...named, kind: "country", value: "FR", role: "block", expiresAtMs: NOW_MS });
  builder.addName({ ...named, kind: "country", value: "SE", role: "signal" });
  builder.add(aNetwork("192.0.2.1", { source: "crowdsec" }));
  const lists = createAddressLists([opened(builder.finish())], entriesOfSnapshot(EMPTY_SNAPSHOT, NOW_MS));
  const verdicts = (kind: "asn" | "country", value: string, nowMs = NOW_MS) =>
    lists.named(kind, value, nowMs).map(({ id, verdict }) => `${verdict} by ${id}`);
  expect(verdicts("asn", "64500").sort()).toEqual(["block by feed:crowdsec", "challenge by feed:crowdsec"]);
  expect(verdicts("asn", "64500", NOW_MS + HOUR_MS)).toEqual(["challenge by feed:crowdsec"]);
  expect(verdicts("country", "DE")).toEqual(["challenge by feed:crowdsec"]);
  expect([...verdicts("country", "FR"), ...verdicts("country", "SE"), ...verdicts("asn", "64501")]).toEqual([]);
});
