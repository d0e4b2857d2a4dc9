import { describe, expect, test } from "vitest";
import { parseNetwork } from "../../../src/core/address/network.ts";
import { parseAddress } from "../../../src/core/address/parse-address.ts";
import { createAddressLists } from "../../../src/core/lists/address-lists.ts";
import { compileAddressList, type ListedNetwork } from "../../../src/core/lists/base/compile-address-list.ts";
import { openAddressList } from "../../../src/core/lists/base/open-address-list.ts";
import { EMPTY_SNAPSHOT } from "../../../src/core/lists/change-log.ts";
import type { FeedCategory } from "../../../src/core/lists/feed-category.ts";
import { countOfNumber, countryOfNumber, feedNumber } from "../../../src/core/lists/feed-number.ts";
import { entriesOfSnapshot } from "../../../src/core/lists/listed-entries.ts";

const NOW_MS = Date.UTC(2026, 10, 20);

interface Line {
  readonly network: string;
  readonly feed: string;
  readonly category?: FeedCategory;
  readonly count?: number;
  readonly country?: string;
  readonly endsAtMs?: number;
}

function entryOf({ network, feed, category, count = 1, country, endsAtMs }: Line): ListedNetwork {
  const parsed = parseNetwork(network);
  if (parsed === null) throw new Error(`no network: ${network}`);
  const about = { ...(category === undefined ? {} : { category }), ...(endsAtMs === undefined ? {} : { endsAtMs }) };
  return {
    network: parsed,
    role: "signal",
    source: feed,
    number: feedNumber({ count, country: country ?? null }),
    expiresAtMs: null,
    about,
  };
}

function known(lines: readonly Line[], address: string, { nowMs = NOW_MS }: { nowMs?: number } = {}) {
  const list = openAddressList(compileAddressList(lines.map(entryOf), { nowMs: NOW_MS }));
  const parsed = parseAddress(address);
  if (!list.ok || parsed === null) throw new Error("no list or no address");
  return createAddressLists([list.value], entriesOfSnapshot(EMPTY_SNAPSHOT, nowMs)).intelligence(parsed, nowMs);
}

describe("what imported lists know of an address", () => {
  const tor: Line = { network: "198.51.100.7", feed: "exits", category: "tor" };

  test("an address on a list is on it, another is not", () => {
    expect(known([tor], "198.51.100.7").isTor).toBe(true);
    expect(known([tor], "::ffff:198.51.100.7").isTor).toBe(true);
    expect(known([tor], "198.51.100.8").isTor).toBe(false);
  });

  test("a category without a list is absent, never false", () => {
    expect(known([tor], "198.51.100.7")).toEqual({ isDatacenter: null, isVpn: null, isTor: true, blacklistCount: null, country: null });
  });

  test("a feed of no category answers nothing", () => {
    expect(known([{ network: "198.51.100.0/24", feed: "friends" }], "198.51.100.7").isTor).toBeNull();
  });

  test("a feed whose time is over leaves its category unanswered", () => {
    const over = { nowMs: NOW_MS + 2_000 };
    expect(known([{ ...tor, endsAtMs: NOW_MS + 1_000 }], "198.51.100.7", over).isTor).toBeNull();
    expect(
      known(
        [
          { ...tor, endsAtMs: NOW_MS + 1_000 },
          { ...tor, feed: "others" },
        ],
        "198.51.100.7",
        over,
      ).isTor,
    ).toBe(true);
  });

  test("counts of feeds add up; nested networks of one feed count once, by the highest", () => {
    const lines: Line[] = [
      { network: "203.0.113.0/24", feed: "gathered", category: "blacklist", count: 3 },
      { network: "203.0.113.9", feed: "gathered", category: "blacklist", count: 2 },
      { network: "203.0.113.9", feed: "own", category: "blacklist" },
    ];
    expect(known(lines, "203.0.113.9").blacklistCount).toBe(4);
    expect(known(lines, "203.0.113.10").blacklistCount).toBe(3);
    expect(known(lines, "192.0.2.1").blacklistCount).toBe(0);
  });

  test("of two countries the smaller network's counts, IPv6 too", () => {
    const lines: Line[] = [
      { network: "203.0.113.0/24", feed: "v4", category: "country", country: "DE" },
      { network: "203.0.113.128/25", feed: "v4", category: "country", country: "CH" },
      { network: "2001:db8::/32", feed: "v6", category: "country", country: "SE" },
    ];
    expect(known(lines, "203.0.113.1").country).toBe("DE");
    expect(known(lines, "203.0.113.200").country).toBe("CH");
    expect(known(lines, "2001:db8:1::5").country).toBe("SE");
    expect(known(lines, "192.0.2.1").country).toBeNull();
  });
});

test("a number carries a count or a country", () => {
  expect(countOfNumber(feedNumber({ count: 9, country: null }))).toBe(9);
  expect(countOfNumber(feedNumber({ count: null, country: null }))).toBe(1);
  expect(countOfNumber(feedNumber({ count: 2 ** 31, country: null }))).toBe(0x0fff_ffff);
  expect(countryOfNumber(feedNumber({ count: 3, country: null }))).toBeNull();
  for (const country of ["AA", "DE", "ZZ"]) expect(countryOfNumber(feedNumber({ count: null, country }))).toBe(country);
  expect(countryOfNumber(17)).toBeNull();
});
