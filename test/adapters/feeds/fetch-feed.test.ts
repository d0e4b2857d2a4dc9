import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { feedFetcher } from "../../../src/adapters/feeds/fetch-feed.ts";
import { FeedBrokenOff } from "../../../src/core/lists/feeds/feed-broken-off.ts";
import type { FetchedFeed } from "../../../src/ports/feed-sources.ts";
import { type FeedServer, type Served, startFeedServer } from "../../support/feed-server.ts";

let host: FeedServer;
beforeAll(async () => {
  host = await startFeedServer();
});
afterAll(() => host.close());

async function fetched(answer: Served, { mostBytes = 1_000_000, budgetMs = 10_000 } = {}): Promise<FetchedFeed> {
  host.serve("/feed", () => answer);
  return feedFetcher.fetch({ url: `${host.url}/feed`, headers: { "x-asked": "1" }, mostBytes, budgetMs });
}
async function textOf(answer: FetchedFeed): Promise<string> {
  if (answer.kind !== "text") throw new Error(`got ${answer.kind}`);
  let whole = "";
  for await (const part of answer.text) whole += part;
  return whole;
}

describe("a feed over HTTP", () => {
  test("its text comes with what it says of itself, and our headers go with the request", async () => {
    const answer = await fetched({ headers: { etag: '"7"', "last-modified": "Fri, 20 Nov 2026 12:00:00 GMT" }, body: "198.51.100.1\n" });
    expect(answer).toMatchObject({ kind: "text", etag: '"7"', lastModified: "Fri, 20 Nov 2026 12:00:00 GMT" });
    expect(await textOf(answer)).toBe("198.51.100.1\n");
    expect(host.asked.at(-1)?.headers).toMatchObject({ "x-asked": "1" });
  });

  test("a packed file is unpacked, whatever it is called", async () => {
    const text = Array.from({ length: 20_000 }, (_, at) => `2001:db8:${at.toString(16)}::/48`).join("\n");
    expect(await textOf(await fetched({ body: gzipSync(text) }))).toBe(text);
  });

  test("letters cut in two by the network are put together, an empty body is an empty text", async () => {
    const text = "# Österreich ".repeat(30_000);
    expect(await textOf(await fetched({ body: text }))).toBe(text);
    expect(await textOf(await fetched({ body: "" }))).toBe("");
  });

  test("what did not change, moved or failed is told as that", async () => {
    expect(await fetched({ status: 304 })).toEqual({ kind: "unchanged" });
    expect(await fetched({ status: 302, headers: { location: "/other" } })).toEqual({ kind: "moved", url: `${host.url}/other` });
    expect(await fetched({ status: 302 })).toEqual({ kind: "failed", why: "answered 302" });
    expect(await fetched({ status: 503, body: "later" })).toEqual({ kind: "failed", why: "answered 503" });
    const nobody = { url: "http://127.0.0.1:1/feed", headers: {}, mostBytes: 1, budgetMs: 5_000 };
    expect(await feedFetcher.fetch(nobody)).toEqual({ kind: "failed", why: "no answer" });
  });

  test("a text that breaks off, or is too large once unpacked, is not taken for the whole", async () => {
    const cut = await fetched({ body: "198.51.100.1\n", headers: { "content-length": "900" }, breaksOff: true });
    await expect(textOf(cut)).rejects.toThrow(FeedBrokenOff);
    await expect(textOf(await fetched({ body: gzipSync("0".repeat(2_000_000)) }))).rejects.toThrow("more than 1000000 bytes");
    const damaged = gzipSync("198.51.100.1\n".repeat(1_000)).subarray(0, 40);
    await expect(textOf(await fetched({ body: damaged }))).rejects.toThrow(FeedBrokenOff);
  });
});
