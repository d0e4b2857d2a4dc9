import { describe, expect, test } from "vitest";
import { networkText } from "../../../../src/core/address/network.ts";
import type { FeedFormat } from "../../../../src/core/lists/feeds/feed-format.ts";
import { createFeedReader, type FeedReading, type FeedReport } from "../../../../src/core/lists/feeds/feed-reader.ts";

const NOW_MS = Date.parse("2026-11-21T12:00:00Z");

interface Read extends FeedReport {
  readonly taken: readonly string[];
}
function read(format: FeedFormat, text: string, options: Partial<FeedReading> = {}, cutAfter = text.length): Read {
  const taken: string[] = [];
  const reader = createFeedReader({
    format,
    role: "signal",
    minCount: 1,
    nowMs: NOW_MS,
    take: ({ network, count, expiresAtMs }) =>
      taken.push(
        [networkText(network), count, expiresAtMs && new Date(expiresAtMs).toISOString()].filter((part) => part !== null).join(" "),
      ),
    takeDecision: ({ scope, value, type, role, expiresAtMs }) =>
      taken.push([scope, value, type, role, new Date(expiresAtMs).toISOString()].join(" ")),
    ...options,
  });
  for (let at = 0; at < text.length; at += cutAfter) reader.push(text.slice(at, at + cutAfter));
  return { ...reader.end(), taken };
}

describe("a netset", () => {
  const text = "\ufeff# header\r\n192.0.2.7 # a comment\r\n\r\n2001:DB8::/32 ; SBL1\n192.0.2.999\n198.51.100.77/24";

  test("is one address or network a line, with comments", () => {
    const { taken, entries, faults } = read("netset", text);
    expect(taken).toEqual(["192.0.2.7", "2001:db8::/32", "198.51.100.0/24"]);
    expect(entries).toBe(3);
    expect(faults).toEqual([{ line: 5, message: "expected an address or a network, got `192.0.2.999`" }]);
  });

  test.each([1, 2, 7, 64])("reads the same when it arrives in parts of %i characters", (cutAfter) => {
    expect(read("netset", text, {}, cutAfter)).toEqual(read("netset", text));
  });

  test("with a line that never ends is read on, the line is a fault", () => {
    const { taken, faults } = read("netset", `${"1".repeat(1_000_000)}\n192.0.2.1\n`, {}, 1_000);
    expect(taken).toEqual(["192.0.2.1"]);
    expect(faults).toEqual([{ line: 1, message: "the line has more than 4,096 characters" }]);
  });

  test("tells the first hundred faults and counts the others", () => {
    const { faults, faultCount, entries } = read("netset", "no address\n".repeat(250));
    expect([faults.length, faultCount, entries]).toEqual([100, 250, 0]);
  });

  test("that is empty has no entries and no faults", () => {
    expect(read("netset", "")).toMatchObject({ entries: 0, faultCount: 0, taken: [] });
  });
});

describe("ipsum", () => {
  const text = "# IPsum\n#\n203.0.113.9\t10\n203.0.113.10\t2\n203.0.113.11\n203.0.113.12\tmany\n203.0.113.13 1 1";

  test("is an address and a count; what is seen on few lists can be left out", () => {
    expect(read("ipsum", text).taken).toEqual(["203.0.113.9 10", "203.0.113.10 2"]);
    expect(read("ipsum", text, { minCount: 3 })).toMatchObject({ taken: ["203.0.113.9 10"], entries: 1, belowMinCount: 1 });
  });

  test("lines without a count are faults", () => {
    expect(read("ipsum", text).faults).toEqual([
      { line: 5, message: "expected an address and a count, got `203.0.113.11`" },
      { line: 6, message: "expected a count, got `many`" },
      { line: 7, message: "expected an address and a count, got `203.0.113.13 1 1`" },
    ]);
  });

  test("with a least count, a format without counts gives nothing", () => {
    expect(read("netset", "192.0.2.1\n", { minCount: 2 })).toMatchObject({ entries: 0, belowMinCount: 1 });
  });
});

describe("csv", () => {
  test("without a header the first column counts", () => {
    expect(read("csv", "46.172.224.0/19,ad\n2a01:fb00::/29,ad\n").taken).toEqual(["46.172.224.0/19", "2a01:fb00::/29"]);
  });

  test("a header names the columns, in any order, others are left alone", () => {
    const text = [
      "Reason,CIDR,count,expires_at",
      '"scans, ""loud""",192.0.2.0/25,4,2027-01-01T00:00:00Z',
      "x,2001:db8::1,,",
      "x,192.0.2.200,7,",
      "x,192.0.2.201,-1,",
      "x,192.0.2.202,1,tomorrow",
      "x",
      '"x,192.0.2.203,1,',
      "x,192.0.2.204,1,2026-11-21T11:59:59Z",
    ].join("\n");
    expect(read("csv", text)).toMatchObject({
      taken: ["192.0.2.0/25 4 2027-01-01T00:00:00.000Z", "2001:db8::1", "192.0.2.200 7"],
      expired: 1,
      faults: [
        { line: 5, message: "expected a count, got `-1`" },
        { line: 6, message: "expected a time such as `2027-01-01T00:00:00Z`, got `tomorrow`" },
        { line: 7, message: "expected an address or a network, got ``" },
        { line: 8, message: 'a quote is not closed in `"x,192.0.2.203,1,`' },
      ],
    });
  });

  test("a header without a column of addresses is one fault, not one a line", () => {
    const { faults, entries } = read("csv", "name,country\nx,de\ny,fr\n");
    expect(entries).toBe(0);
    expect(faults).toEqual([{ line: 1, message: "no column is called `value`, `ip`, `address`, `network`, `cidr`" }]);
  });
});

describe("crowdsec", () => {
  const decision = (value: string, over: object = {}) => ({
    id: 1,
    origin: "CAPI",
    scenario: "crowdsecurity/http-probing",
    scope: "Ip",
    type: "ban",
    duration: "3h59m49.5s",
    value,
    ...over,
  });
  const stream = JSON.stringify({
    new: [
      decision("192.0.2.1"),
      decision("de", { scope: "Country" }),
      decision("2001:db8::/48", { scope: "range", duration: "1h" }),
      decision("192.0.2.2", { type: "captcha" }),
      decision("192.0.2.3", { duration: "-5m" }),
      decision("192.0.2.4", { duration: "soon" }),
      { value: 5 },
    ],
    deleted: [
      decision("192.0.2.9", { duration: "-1h3m" }),
      decision("192.0.2.9", { type: "captcha" }),
      decision("AS64500", { scope: "AS" }),
      decision("root", { scope: "Username" }),
    ],
  });

  test("decisions on addresses, ranges and countries, ending when they say, and what is taken back", () => {
    const { taken, expired, withdrawn } = read("crowdsec", stream, {}, 10);
    expect(taken).toEqual([
      "192.0.2.1 2026-11-21T15:59:49.500Z",
      "country DE ban signal 2026-11-21T15:59:49.500Z",
      "2001:db8::/48 2026-11-21T13:00:00.000Z",
      "ip 192.0.2.2 captcha signal 2026-11-21T15:59:49.500Z",
    ]);
    expect(expired).toBe(1);
    expect(withdrawn.networks.map(networkText)).toEqual(["192.0.2.9"]);
    expect(withdrawn.decisions).toEqual([
      { scope: "ip", value: "192.0.2.9", type: "captcha" },
      { scope: "as", value: "64500", type: "ban" },
    ]);
  });

  test("in a feed that blocks, a ban blocks and a captcha challenges, on whatever it is", () => {
    const text = JSON.stringify([
      decision("192.0.2.1", { type: "Captcha" }),
      decision("AS64500", { scope: "AS" }),
      decision("64501", { scope: "as", type: "captcha" }),
      decision("T1", { scope: "Country", type: "captcha" }),
      decision("192.0.2.1"),
      decision("192.0.2.1/32", { scope: "Range" }),
      decision("192.0.2.2", { type: "throttle" }),
      decision("64502", { scope: "AS", duration: "-1s" }),
    ]);
    const end = "2026-11-21T15:59:49.500Z";
    expect(read("crowdsec", text, { role: "block" })).toMatchObject({
      taken: [
        `ip 192.0.2.1 captcha challenge ${end}`,
        `as 64500 ban block ${end}`,
        `as 64501 captcha challenge ${end}`,
        `country T1 captcha challenge ${end}`,
        `192.0.2.1 ${end}`,
        `range 192.0.2.1 ban block ${end}`,
      ],
      entries: 6,
      expired: 1,
      faults: [{ line: 7, message: "a `throttle` in a feed that blocks would become a block" }],
    });
    expect(read("crowdsec", text, { role: "challenge" }).taken).toContain(`as 64500 ban challenge ${end}`);
  });

  test("what it cannot be is a fault, and what it is on otherwise is counted by scope", () => {
    const text = JSON.stringify([
      decision("Germany", { scope: "Country" }),
      decision("4294967296", { scope: "AS" }),
      decision("AS", { scope: "AS" }),
      decision("10.0.0.0/8", { scope: "Range", type: "captcha" }),
      decision("root", { scope: "Username" }),
      decision("admin", { scope: "Username", type: "captcha" }),
      decision("abc", { scope: "session" }),
    ]);
    expect(read("crowdsec", text, { role: "block" })).toMatchObject({
      entries: 0,
      faults: [
        { line: 1, message: "expected a country such as `DE`, got `Germany`" },
        { line: 2, message: "expected a network's number such as `64500`, got `4294967296`" },
        { line: 3, message: "expected a network's number such as `64500`, got `AS`" },
        { line: 4, message: "`10.0.0.0/8` covers private addresses" },
      ],
      otherScopes: [
        { scope: "Username", count: 2 },
        { scope: "session", count: 1 },
      ],
    });
  });

  test("what is no decision is a fault", () => {
    expect(read("crowdsec", stream, { role: "block" }).faults).toEqual([
      { line: 6, message: "expected a duration such as `3h59m`, got `soon`" },
      { line: 7, message: "expected `value`, `scope`, `type` and `duration` as texts" },
    ]);
  });

  test("a stream without news, and a plain list, are read too", () => {
    expect(read("crowdsec", '{"new":null,"deleted":null}')).toMatchObject({ entries: 0, faultCount: 0 });
    expect(read("crowdsec", JSON.stringify([decision("192.0.2.1")]))).toMatchObject({ entries: 1, faultCount: 0 });
    expect(read("crowdsec", "null")).toMatchObject({ entries: 0, faultCount: 0 });
  });

  test.each(["", "{", '{"error":"access forbidden"}', "5"])("%j is a fault", (text) => {
    expect(read("crowdsec", text)).toMatchObject({ entries: 0, faultCount: 1 });
  });
});

describe("one careless line", () => {
  const text = "0.0.0.0/0\n::/0\n10.0.0.0/8\n104.16.0.0/13\n127.0.0.1\n8.0.0.0/8\n169.254.169.254\n2001::/18\n";

  test("does not shut out everybody, the platform or the own network", () => {
    expect(read("netset", text, { role: "block" })).toMatchObject({
      taken: ["8.0.0.0/8"],
      faults: [
        { line: 1, message: "`0.0.0.0/0` is wider than a /8" },
        { line: 2, message: "`::/0` is wider than a /19" },
        { line: 3, message: "`10.0.0.0/8` covers private addresses" },
        { line: 4, message: "`104.16.0.0/13` covers platform addresses" },
        { line: 5, message: "`127.0.0.1` covers loopback addresses" },
        { line: 7, message: "`169.254.169.254` covers link-local addresses" },
        { line: 8, message: "`2001::/18` is wider than a /19" },
      ],
    });
  });

  test("does not let in everybody", () => {
    expect(read("netset", text, { role: "allow" }).faults.map(({ line }) => line)).toEqual([1, 2, 8]);
  });

  test("may be a signal: nobody is refused by one", () => {
    expect(read("netset", text, { role: "signal" })).toMatchObject({ entries: 8, faultCount: 0 });
  });
});
