import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Call, type Json, type Reply, startService, type TestService } from "../support/service.ts";

const MINUTE = "* * * * *";
const IMPORT = "/api/admin/fraud-lists/import";
let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
});
afterAll(() => service.close());

const staff = (path: string, call: Call = {}): Promise<Reply> => service.call(path, { as: "analyst", ...call });
const importFeed = (query: string, text: string): Promise<Reply> =>
  staff(`${IMPORT}?${query}`, { text, headers: { "content-type": "text/plain" } });
const standing = async (address: string): Promise<Json> => (await service.call(`/api/v1/ip/${address}`)).body;
const decide = async (ip: string): Promise<Json> =>
  (await service.call("/api/v1/analyze", { body: { type: "PAYMENT", amount: 5, ip_address: ip } })).body;
const eventually = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 250 });
/** `100.0.0.0` and on: one address a line. */
const addresses = (count: number): string[] => Array.from({ length: count }, (_, at) => `101.${at >> 16}.${(at >> 8) & 255}.${at & 255}`);

test("ten thousand lines are imported, compiled and in force, and the answer counts what was left out", { timeout: 60_000 }, async () => {
  const lines = ["# a list", ...addresses(10_000), "2001:db8:5::/48", "not an address", "10.0.0.0/8", "101.0.0.1"];
  const { status, body } = await importFeed("as=bad-hosts&role=block&ttl=36h&origin=test", lines.join("\n"));
  expect(status).toBe(200);
  expect(body).toMatchObject({
    feed: { name: "bad-hosts", role: "block", entries: 10_001, origin: "test", version: 1 },
    previous: null,
    fault_count: 2,
  });
  expect(body.faults.map(({ line }: Json) => line)).toEqual([10_003, 10_004]);
  await service.schedule(MINUTE);
  expect((await staff("/api/admin/fraud-lists/feeds")).body.base).toMatchObject({
    is_current: true,
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  await eventually(async () =>
    expect(await decide("101.0.39.15")).toMatchObject({ outcome: "block", decided_by: { kind: "block_list", id: "feed:bad-hosts" } }),
  );
  expect((await decide("2001:db8:5:1::9")).outcome).toBe("block");
  expect((await decide("101.0.39.16")).outcome).not.toBe("block");
  expect((await decide("101.0.39.15")).versions.lists).toMatch(/^[0-9a-f]{12}\+\d+$/);
});

test("an address says what covers it, in any spelling", async () => {
  await importFeed("as=seen&format=ipsum&min_count=3", "101.0.0.9\t4\n101.0.0.10\t2\n");
  const trusted = await staff("/api/admin/fraud-whitelist", { body: { type: "ip", value: "101.0.0.0/28", reason: "office" } });
  const { body } = await service.call("/api/v1/ip/::ffff:101.0.0.9");
  expect(body).toMatchObject({
    address: "101.0.0.9",
    verdict: "allow",
    decided_by: { id: trusted.body.id, value: "101.0.0.0/28", reason: "office" },
  });
  expect(body.entries.map(({ role, id, count }: Json) => [role, id, count])).toEqual([
    ["allow", trusted.body.id, null],
    ["block", "feed:bad-hosts", null],
    ["signal", "feed:seen", 4],
  ]);
  await staff(`/api/admin/fraud-whitelist/${trusted.body.id}`, { method: "DELETE" });
  expect(await standing("101.0.0.9")).toMatchObject({ verdict: "block", decided_by: { id: "feed:bad-hosts" } });
  expect(await standing("192.0.2.250")).toEqual({ address: "192.0.2.250", verdict: "none", decided_by: null, entries: [] });
  expect(await service.call("/api/v1/ip/1.2.3")).toMatchObject({ status: 422, body: { code: "malformed_address" } });
});

test("a feed that shrank is not applied unless somebody says so; a later import replaces it whole", async () => {
  const shrunk = await importFeed("as=bad-hosts&role=block", "101.200.0.1\n");
  expect(shrunk).toMatchObject({ status: 422, body: { code: "feed_shrunk" } });
  expect((await standing("101.0.39.15")).verdict).toBe("block");
  expect((await importFeed("as=bad-hosts&role=block&confirm=true", "101.200.0.1\n")).body).toMatchObject({
    feed: { entries: 1, version: 2 },
    previous: 10_001,
  });
  expect((await standing("101.0.39.15")).verdict).toBe("none");
  await service.schedule(MINUTE);
  await eventually(async () => expect((await decide("101.0.39.15")).outcome).not.toBe("block"));
  expect((await decide("101.200.0.1")).outcome).toBe("block");
  expect(await importFeed("as=nothing", "# only a comment\nrubbish\n")).toMatchObject({
    status: 422,
    body: { code: "feed_empty", errors: [{ path: "line 2" }] },
  });
});

test("a stream of CrowdSec adds, and takes back what it withdraws", async () => {
  const decision = (value: string, duration = "4h0m0s") => ({ duration, scope: "Ip", type: "ban", value });
  const stream = (body: unknown) => importFeed("as=crowdsec&format=crowdsec&role=block&mode=merge&apply=hourly", JSON.stringify(body));
  expect((await stream({ new: ["102.0.0.1", "102.0.0.2"].map((value) => decision(value)), deleted: null })).body.feed.entries).toBe(2);
  expect((await stream({ new: [decision("102.0.0.3")], deleted: [decision("102.0.0.1", "-1s")] })).body.feed.entries).toBe(2);
  expect((await standing("102.0.0.1")).verdict).toBe("none");
  const odd = [
    { ...decision("root"), scope: "Username" },
    { ...decision("64499"), scope: "AS", type: "captcha" },
  ];
  expect((await stream({ new: odd, deleted: null })).body).toMatchObject({
    feed: { entries: 3 },
    fault_count: 0,
    other_scopes: [{ scope: "Username", count: 1 }],
  });
  expect(await standing("102.0.0.3")).toMatchObject({ verdict: "block", decided_by: { expires_at: expect.any(String) } });
});

test("the base has feeds alone: a person's block beside it acts and ends at once", { timeout: 60_000 }, async () => {
  const made = await staff("/api/admin/fraud-blocks", { body: { type: "ip", targetId: "103.0.0.1", reason: "long" } });
  await importFeed("as=more", "103.9.9.9\n");
  await service.schedule(MINUTE);
  const [state] = await service.sql("select base_hash from list_state");
  await eventually(async () => expect((await decide("103.0.0.1")).versions.lists).toContain(state?.base_hash.slice(0, 12)));
  expect(await decide("103.0.0.1")).toMatchObject({ decided_by: { id: made.body.id } });
  await staff(`/api/admin/fraud-blocks/${made.body.id}/unblock`, { body: {} });
  expect((await decide("103.0.0.1")).outcome).not.toBe("block");
});

test("a dropped feed is out of force; one of no such name, and a bad name, are refused", async () => {
  const drop = (name: string) => staff(`/api/admin/fraud-lists/feeds/${name}`, { method: "DELETE" });
  expect((await drop("crowdsec")).status).toBe(200);
  expect((await standing("102.0.0.3")).verdict).toBe("none");
  expect((await drop("crowdsec")).status).toBe(404);
  expect(await importFeed("as=Staff!", "1.1.1.1")).toMatchObject({ status: 422, body: { errors: [{ path: "as" }] } });
  expect(await importFeed("as=staff", "1.1.1.1")).toMatchObject({ status: 422 });
  expect(await importFeed("as=x&ttl=soon", "1.1.1.1")).toMatchObject({ status: 422, body: { errors: [{ path: "ttl" }] } });
});
