import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createLapi, type FeedServer, startFeedServer } from "../support/feed-server.ts";
import { type Call, type Json, type Reply, startService, type TestService } from "../support/service.ts";

const MINUTE = "* * * * *";
const LAPI_KEY = "a key of the bouncer";
let service: TestService;
let host: FeedServer;
beforeAll(async () => {
  host = await startFeedServer();
  service = await startService({ CROWDSEC_LAPI_KEY: LAPI_KEY, WEBHOOKS_TO_LOCALHOST: "true" });
  await service.publish();
});
afterAll(async () => {
  await service.close();
  await host.close();
});

const staff = (path: string, call: Call = {}): Promise<Reply> => service.call(`/api/admin/fraud-lists${path}`, { as: "analyst", ...call });
const save = (name: string, body: Json): Promise<Reply> => staff(`/sources/${name}`, { method: "PUT", body });
const sourceOf = async (name: string): Promise<Json> => (await staff("/sources")).body.sources.find((one: Json) => one.name === name);
const feedOf = async (name: string): Promise<Json> => (await staff("/feeds")).body.feeds.find((one: Json) => one.name === name);
/** Makes a source due and runs the schedule. */
async function run(name: string): Promise<Json> {
  await service.sql("update feed_sources set due_at = now() - interval '1 second' where name = $1", [name]);
  await service.schedule(MINUTE);
  return sourceOf(name);
}
const networksOf = async (name: string): Promise<string[]> =>
  (
    await service.sql(
      "select host(network) as network from feed_entries e join list_feeds f on f.name = e.feed and f.generation = e.generation where f.name = $1 order by 1",
      [name],
    )
  ).map(({ network }) => network);

test("a feed is fetched when it is due, and not sent again while it did not change", { timeout: 60_000 }, async () => {
  let body = "198.51.100.1\n198.51.100.2\n";
  host.serve("/tor.txt", ({ headers }) => {
    const etag = `"${body.length}"`;
    return headers["if-none-match"] === etag ? { status: 304 } : { headers: { etag }, body };
  });
  const saved = await save("exits", { url: `${host.url}/tor.txt?token=secret`, category: "tor", interval: "6h", ttl: "36h" });
  expect(saved).toMatchObject({ status: 200, body: { role: "signal", interval_seconds: 21_600, outcome: null, version: 1 } });
  await service.schedule(MINUTE);
  expect(await sourceOf("exits")).toMatchObject({ outcome: "imported", failures: 0 });
  expect(await feedOf("exits")).toMatchObject({ entries: 2, category: "tor", imported_by: "system", origin: `${host.url}/tor.txt` });
  const before = host.asked.length;
  await service.schedule(MINUTE);
  expect(host.asked).toHaveLength(before);
  expect(await run("exits")).toMatchObject({ outcome: "unchanged" });
  expect((await feedOf("exits")).version).toBe(1);
  body += "198.51.100.3\n";
  expect(await run("exits")).toMatchObject({ outcome: "imported" });
  expect(await feedOf("exits")).toMatchObject({ entries: 3, version: 2 });
});

test("a feed that did not change is kept in force past the end of its first import", async () => {
  await service.sql("update list_feeds set expires_at = now() + interval '1 hour' where name = 'exits'");
  expect(await run("exits")).toMatchObject({ outcome: "unchanged" });
  expect(Date.parse((await feedOf("exits")).expires_at)).toBeGreaterThan(Date.now() + 30 * 3_600_000);
});

test("a packed file is read, with the countries it says", async () => {
  host.serve("/list.gz", () => ({ body: gzipSync("203.0.113.0/24,DE\n2001:db8::/32,se\n") }));
  await save("places", { url: `${host.url}/list.gz`, format: "csv", category: "country", interval: "1d" });
  expect(await run("places")).toMatchObject({ outcome: "imported" });
  expect(await service.sql("select country from feed_entries where feed = 'places' order by 1")).toEqual([
    { country: "DE" },
    { country: "SE" },
  ]);
});

test("what is broken, empty or lost its entries changes nothing, says why, and is tried again sooner", { timeout: 60_000 }, async () => {
  const lines = Array.from({ length: 50 }, (_, at) => `198.51.100.${at}`).join("\n");
  host.serve("/bad.txt", () => ({ body: lines }));
  await save("bad", { url: `${host.url}/bad.txt`, interval: "1d" });
  await run("bad");
  const answers = [
    [{ status: 500 }, "answered 500"],
    [{ body: "" }, "no entries"],
    [{ body: "198.51.100.1\n" }, "shrink from 50"],
  ] as const;
  for (const [at, [answer, why]] of answers.entries()) {
    host.serve("/bad.txt", () => answer);
    const source = await run("bad");
    expect(source, why).toMatchObject({ failures: at + 1, outcome: expect.stringContaining(why) });
    expect(Date.parse(source.next_run)).toBeLessThan(Date.now() + 3_600_000);
    expect(await feedOf("bad"), why).toMatchObject({ entries: 50, version: 1 });
  }
  host.serve("/bad.txt", () => ({ body: `${lines}\n198.51.100.99` }));
  expect(await run("bad")).toMatchObject({ outcome: "imported", failures: 0 });
});

test("a LAPI's decisions are followed: all of them at first, then what changes", { timeout: 60_000 }, async () => {
  const lapi = createLapi(LAPI_KEY);
  host.serve("/v1/decisions/stream", lapi.answer);
  lapi.add("198.51.100.10");
  lapi.add("198.51.100.32/30", { scope: "Range" });
  lapi.add("root", { scope: "Username" });
  await save("crowdsec", { url: `${host.url}/`, format: "crowdsec", role: "block", interval: "1m" });
  expect(await run("crowdsec")).toMatchObject({ outcome: "imported" });
  expect(await networksOf("crowdsec")).toEqual(["198.51.100.10", "198.51.100.32"]);
  expect(host.asked.at(-1)?.query.get("startup")).toBe("true");

  expect(await run("crowdsec")).toMatchObject({ outcome: "unchanged" });
  expect(host.asked.at(-1)?.query.get("startup")).toBe("false");
  expect(await feedOf("crowdsec")).toMatchObject({ version: 1 });

  lapi.add("198.51.100.11");
  lapi.remove("198.51.100.10");
  expect(await run("crowdsec")).toMatchObject({ outcome: "imported" });
  expect(await networksOf("crowdsec")).toEqual(["198.51.100.11", "198.51.100.32"]);

  host.serve("/v1/decisions/stream", () => ({ status: 502 }));
  lapi.add("198.51.100.12");
  expect(await run("crowdsec")).toMatchObject({ outcome: "answered 502", failures: 1 });
  host.serve("/v1/decisions/stream", lapi.answer);
  expect(await run("crowdsec")).toMatchObject({ outcome: "imported" });
  expect(host.asked.at(-1)?.query.get("startup")).toBe("true");
  expect(await networksOf("crowdsec")).toEqual(["198.51.100.11", "198.51.100.12", "198.51.100.32"]);
});

test("bans and captchas on addresses, networks' numbers and countries come in one feed, and each is taken back by itself", {
  timeout: 120_000,
}, async () => {
  const lapi = createLapi(LAPI_KEY);
  host.serve("/mixed/v1/decisions/stream", lapi.answer);
  lapi.add("198.51.100.70");
  lapi.add("198.51.100.70", { type: "captcha" });
  lapi.add("198.51.100.71", { type: "captcha" });
  lapi.add("64511", { scope: "AS" });
  lapi.add("AS64511", { scope: "AS", type: "captcha" });
  lapi.add("kp", { scope: "Country", type: "captcha" });
  lapi.add("IR", { scope: "Country", duration: "-1s" });
  await save("mixed", { url: `${host.url}/mixed`, format: "crowdsec", role: "block", interval: "1m" });
  expect(await run("mixed")).toMatchObject({ outcome: "imported" });
  expect(await feedOf("mixed")).toMatchObject({ entries: 6 });
  const standing = async (address: string): Promise<Json> => (await service.call(`/api/v1/ip/${address}`)).body;
  expect(await standing("198.51.100.70")).toMatchObject({ verdict: "block", decided_by: { id: "feed:mixed" } });
  expect(await standing("198.51.100.71")).toMatchObject({ verdict: "challenge", decided_by: { id: "feed:mixed" } });

  const decide = async (ip_geo: Json): Promise<Json> =>
    (await service.call("/api/v1/analyze", { body: { type: "PAYMENT", amount: 5, ip_geo } })).body;
  await service.sql("update list_state set base_wanted = true");
  await service.schedule(MINUTE);
  await vi.waitFor(
    async () =>
      expect(await decide({ asn: 64_511 })).toMatchObject({ outcome: "block", decided_by: { kind: "block_list", id: "feed:mixed" } }),
    { timeout: 30_000, interval: 250 },
  );
  expect((await decide({ country: "KP" })).outcome).not.toBe("block");
  expect((await decide({ country: "IR" })).outcome).not.toBe("block");

  lapi.remove("198.51.100.70", { type: "captcha" });
  lapi.remove("64511", { scope: "AS" });
  expect(await run("mixed")).toMatchObject({ outcome: "imported" });
  expect(await standing("198.51.100.70")).toMatchObject({ verdict: "block" });
  const left = await service.sql(
    "select e.scope, e.value, e.type, e.role from feed_decisions e join list_feeds f on f.name = e.feed and f.generation = e.generation where f.name = 'mixed' order by 1, 2",
  );
  expect(left).toEqual([
    { scope: "as", value: "64511", type: "captcha", role: "challenge" },
    { scope: "country", value: "KP", type: "captcha", role: "challenge" },
    { scope: "ip", value: "198.51.100.71", type: "captcha", role: "challenge" },
  ]);
  lapi.remove("198.51.100.70");
  await run("mixed");
  expect(await standing("198.51.100.70")).toMatchObject({ verdict: "none" });
});

test("a LAPI's key goes to the LAPI alone", async () => {
  const keyOf = (path: string) => host.asked.filter((one) => one.path === path).map(({ headers }) => headers["x-api-key"]);
  expect(new Set(keyOf("/tor.txt"))).toEqual(new Set([undefined]));
  expect(new Set(keyOf("/v1/decisions/stream"))).toEqual(new Set([LAPI_KEY]));
});

test("addresses of the inside, bad intervals and short lives are refused with the field", async () => {
  const faults: readonly (readonly [Json, string])[] = [
    [{ url: "http://lists.example/x.txt", interval: "1h" }, "url"],
    [{ url: "https://10.0.0.1/x.txt", interval: "1h" }, "url"],
    [{ url: "https://[::ffff:127.0.0.1]/x.txt", interval: "1h" }, "url"],
    [{ url: "https://metadata.internal/x.txt", interval: "1h" }, "url"],
    [{ url: "https://lists.example/x.txt", interval: "10s" }, "interval"],
    [{ url: "https://lists.example/x.txt", interval: "often" }, "interval"],
    [{ url: "https://lists.example/x.txt", interval: "2d", ttl: "1d" }, "ttl"],
    [{ url: "https://lists.example/x.txt", interval: "1h", role: "ban" }, "role"],
  ];
  for (const [body, path] of faults) {
    const { status, body: problem } = await save("refused", body);
    expect(status, JSON.stringify(body)).toBe(422);
    expect(problem.errors.map((error: Json) => error.path)).toContain(path);
  }
  expect((await save("staff", { url: "https://lists.example/x.txt", interval: "1h" })).status).toBe(422);
  expect(await sourceOf("refused")).toBeUndefined();
});

test("of two who change one source the second is told, and a dropped source is fetched no more", async () => {
  const call = { url: `${host.url}/tor.txt`, category: "tor", interval: "6h", ttl: "36h" };
  expect(await save("exits", { ...call, interval: "12h", version: 1 })).toMatchObject({ status: 200, body: { version: 2 } });
  const second = await save("exits", { ...call, interval: "1h", version: 1 });
  expect(second).toMatchObject({ status: 409, body: { current: { version: 2 } } });
  expect((await staff("/sources/exits", { method: "DELETE" })).status).toBe(200);
  expect((await staff("/sources/exits", { method: "DELETE" })).status).toBe(404);
  expect(await feedOf("exits")).toMatchObject({ entries: 3 });
});
