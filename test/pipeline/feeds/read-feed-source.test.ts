import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { feedFetcher } from "../../../src/adapters/feeds/fetch-feed.ts";
import { ok } from "../../../src/core/result.ts";
import { readFeedSource } from "../../../src/pipeline/feeds/read-feed-source.ts";
import type { FeedSource } from "../../../src/ports/feed-sources.ts";
import { type FeedServer, startFeedServer } from "../../support/feed-server.ts";

const NOW_MS = Date.UTC(2026, 10, 20, 12);
let host: FeedServer;
beforeAll(async () => {
  host = await startFeedServer();
});
afterAll(() => host.close());
beforeEach(() => {
  host.asked.length = 0;
});

function aSource(changes: Partial<FeedSource>): FeedSource {
  return {
    ...{ name: "feed", url: `${host.url}/feed`, format: "netset", role: "signal", category: null, minCount: 1, ttl: null },
    ...{ intervalSeconds: 3_600, isActive: true, version: 1, updatedAtMs: NOW_MS, updatedBy: "ann", dueAtMs: NOW_MS, ranAtMs: null },
    ...{ outcome: null, failures: 0, etag: null, lastModified: null, startedAtMs: null },
    ...changes,
  };
}
/** What names stand for: `inside.example` is an address of a private network. */
const names = { resolve: async (name: string) => ok(name === "inside.example" ? ["203.0.113.5", "10.0.0.5"] : ["203.0.113.5"]) };
const read = (changes: Partial<FeedSource>, lapiKey: string | null = "the key") =>
  readFeedSource({ feeds: { fetcher: feedFetcher, lapiKey }, webhooks: { names, allowsLocal: true } }, aSource(changes), NOW_MS);

describe("redirects", () => {
  test("a few are followed", async () => {
    host.serve("/feed", () => ({ status: 302, headers: { location: "/there" } }));
    host.serve("/there", () => ({ body: "198.51.100.1\n" }));
    expect(await read({})).toMatchObject({ ok: true, value: { kind: "text" } });
    expect(host.asked.map(({ path }) => path)).toEqual(["/feed", "/there"]);
  });

  test("one that leads inside is not, by address, by name or by what the name stands for", async () => {
    const inside = [
      "http://169.254.169.254/latest",
      "https://10.0.0.1/",
      "https://[::1]/",
      "https://router.local/",
      "https://inside.example/",
    ];
    for (const location of inside) {
      host.serve("/feed", () => ({ status: 302, headers: { location } }));
      expect(await read({}), location).toMatchObject({ ok: false, error: expect.stringContaining("its address") });
    }
    expect(await read({ url: "https://inside.example/list" })).toMatchObject({ ok: false });
  });

  test("one that goes round is given up", async () => {
    host.serve("/feed", () => ({ status: 302, headers: { location: "/feed" } }));
    expect(await read({})).toEqual({ ok: false, error: "too many redirects" });
    expect(host.asked.length).toBeLessThan(10);
  });

  test("a LAPI's key is carried nowhere else", async () => {
    host.serve("/v1/decisions/stream", () => ({ status: 302, headers: { location: "/catch" } }));
    expect(await read({ format: "crowdsec", url: host.url })).toMatchObject({ ok: false, error: expect.stringContaining("not followed") });
    expect(host.asked).toHaveLength(1);
  });
});

test("a stream is asked from the start, then for changes, and from the start again after a day", async () => {
  host.serve("/v1/decisions/stream", () => ({ body: '{"new":null,"deleted":null}' }));
  const startups: (string | null | undefined)[] = [];
  for (const startedAtMs of [null, NOW_MS - 60_000, NOW_MS - 25 * 3_600_000]) {
    await read({ format: "crowdsec", url: `${host.url}/`, startedAtMs });
    startups.push(host.asked.at(-1)?.query.get("startup"));
  }
  expect(startups).toEqual(["true", "false", "true"]);
  expect(host.asked.at(-1)?.headers).toMatchObject({ "x-api-key": "the key" });
});

test("without a key no LAPI is asked", async () => {
  expect(await read({ format: "crowdsec", url: host.url }, null)).toMatchObject({
    ok: false,
    error: expect.stringContaining("CROWDSEC_LAPI_KEY"),
  });
  expect(host.asked).toEqual([]);
});

test("what the last answer said of itself goes with the next request", async () => {
  host.serve("/feed", () => ({ status: 304 }));
  const lastModified = "Fri, 20 Nov 2026 12:00:00 GMT";
  expect(await read({ etag: '"7"', lastModified })).toEqual({ ok: true, value: { kind: "unchanged" } });
  expect(host.asked.at(-1)?.headers).toMatchObject({ "if-none-match": '"7"', "if-modified-since": lastModified });
  expect(host.asked.at(-1)?.headers).not.toHaveProperty("x-api-key");
});
