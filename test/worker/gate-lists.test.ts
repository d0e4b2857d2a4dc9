import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type GateOrigin, startOrigin } from "../support/gate-origin.ts";
import { type Call, type Json, type Reply, startService, type TestService } from "../support/service.ts";

const MINUTE = "* * * * *";
const BLOCKS = "/api/admin/fraud-blocks";
const TRUST = "/api/admin/fraud-whitelist";
/** How long a change may take to arrive on a loaded machine: it is due within 6 s. */
const PATIENCE = { timeout: 30_000, interval: 250 };

let origin: GateOrigin;
let service: TestService;
beforeAll(async () => {
  origin = await startOrigin();
  service = await startService({ ORIGIN_URL: origin.origin, GATE_MODE: "enforce" }, ["second"]);
  await service.publish();
}, 120_000);
afterAll(async () => {
  await service?.close();
  await origin?.close();
});

const staff = (path: string, call: Call = {}): Promise<Reply> => service.call(path, { as: "analyst", ...call });
const netset = (text: string, query: string, path = BLOCKS): Promise<Reply> =>
  staff(`${path}/import?${query}`, { text, headers: { "content-type": "text/plain" } });
const visit = (address: string, headers: Record<string, string> = {}): Promise<Reply> =>
  service.call("/gate/page", { as: null, headers: { "cf-connecting-ip": address, ...headers } });
const statusOf = async (address: string): Promise<number> => (await visit(address)).status;
const eventually = (address: string, status: number): Promise<void> =>
  vi.waitFor(async () => expect([address, await statusOf(address)]).toEqual([address, status]), PATIENCE);
const v4 = (first: string, count: number, from = 0): string =>
  Array.from({ length: count }, (_, at) => `${first}.${(from + at) >> 8}.${(from + at) & 255}`).join("\n");

test("10,000 short blocks displace neither the network, the country nor the whitelist entry that were there before", async () => {
  expect((await staff(BLOCKS, { body: { type: "ip", targetId: "45.10.0.0/16", reason: "range" } })).status).toBe(201);
  expect((await staff(TRUST, { body: { type: "ip", value: "45.10.9.9", reason: "office" } })).status).toBe(201);
  expect(await netset(v4("46.11", 10_000), "reason=sweep&for=30m")).toMatchObject({ status: 200, body: { added: 10_000, warnings: [] } });
  await eventually("46.11.39.15", 403);
  await eventually("46.11.0.0", 403);
  expect(await statusOf("45.10.1.1")).toBe(403);
  expect(await statusOf("45.10.9.9")).toBe(200);
  expect((await staff("/api/v1/ip/45.10.1.1")).body.verdict).toBe("block");
  expect(await statusOf("46.12.0.1")).toBe(200);
});

test("an entry that is ended opens the gate for that address alone", async () => {
  const found = await staff(`${BLOCKS}?type=ip&value=46.11.0.7`);
  await staff(`${BLOCKS}/${found.body.blocks[0].id}/unblock`, { body: {} });
  await eventually("46.11.0.7", 200);
  expect(await statusOf("46.11.0.8")).toBe(403);
});

test("an isolate that begins has everything: the snapshot of the schedule, and what changed since", async () => {
  await service.schedule(MINUTE);
  await staff(BLOCKS, { body: { type: "ip", targetId: "47.1.1.1", reason: "late" } });
  const second = (address: string) =>
    service.call("/gate/page", { as: null, headers: { "cf-connecting-ip": address }, instance: "second" });
  await vi.waitFor(async () => expect((await second("47.1.1.1")).status).toBe(403), PATIENCE);
  const seen = await Promise.all(
    ["45.10.1.1", "45.10.9.9", "46.11.39.15", "46.11.0.7"].map(async (address) => (await second(address)).status),
  );
  expect(seen).toEqual([403, 200, 403, 200]);
});

test("a refusal is found by the reference on its page, and counted; no query, card number or address is kept", async () => {
  const ask = (path: string) =>
    service.call(path, { as: null, headers: { "cf-connecting-ip": "46.11.0.9", "cf-ray": "8f00aa11bb22cc33" } });
  const refused = await ask("/gate/card/4111111111111111/pay?token=abc");
  expect([refused.status, refused.headers.get("x-request-id")]).toEqual([403, "8f00aa11bb22cc33"]);
  const read = (query: string) => service.call(`/api/admin/gate/refusals?${query}`, { as: "analyst" });
  const { id } = (await staff(`${BLOCKS}?type=ip&value=46.11.0.9`)).body.blocks[0] as Json;
  await vi.waitFor(async () => {
    const { refusals } = (await read("reference=8f00aa11bb22cc33")).body;
    expect(refusals).toMatchObject([{ path: "/card/[card]/pay", entry: `staff:${id}`, treatment: "refused" }]);
  }, PATIENCE);
  expect((await read(`by=path&entry=staff:${id}`)).body.totals).toEqual([{ value: "/card/[card]/pay", count: 1 }]);
  expect((await read("by=country")).body.totals[0].count).toBeGreaterThan(1);
  expect(await read("by=planet")).toMatchObject({ status: 422 });
  const stored = JSON.stringify(await service.sql("select * from gate_refusals"));
  for (const secret of ["4111111111111111", "token=abc", "46.11.0.9"]) expect(stored).not.toContain(secret);
}, 60_000);

test("a Redis that came back empty: what was listed stays, answers say degraded, and the schedule makes it good", async () => {
  await service.redis(["FLUSHDB"]);
  await vi.waitFor(async () => {
    const { status, headers } = await visit("198.51.100.7");
    expect([status, headers.get("x-tollgate")]).toEqual([200, "degraded"]);
  }, PATIENCE);
  expect(await statusOf("45.10.1.1")).toBe(403);
  await service.schedule(MINUTE);
  await vi.waitFor(async () => expect((await visit("198.51.100.7")).headers.get("x-tollgate")).toBeNull(), PATIENCE);
  expect([await statusOf("45.10.1.1"), await statusOf("46.11.39.15")]).toEqual([403, 403]);
});

test("a base that cannot be built keeps no entry from coming into force", async () => {
  await service.call("/api/admin/fraud-lists/import?as=scanners&role=block", { as: "admin", text: "192.0.2.0/24\n" });
  await service.sql(`update list_feeds set generation = -1 where name = 'scanners'`);
  await service.sql(`alter table feed_entries rename to feed_entries_away`);
  const { id } = (await staff(`${BLOCKS}?type=ip&value=46.11.0.8`)).body.blocks[0] as Json;
  service.gateways.upstash.faults.set([{ kind: "status", status: 503, match: "lists:changes" }]);
  await staff(`${BLOCKS}/${id}/unblock`, { body: {} });
  service.gateways.upstash.faults.set([]);
  await service.schedule(MINUTE);
  await service.sql(`alter table feed_entries_away rename to feed_entries`);
  await eventually("46.11.0.8", 200);
}, 60_000);

test("equal feeds keep the hash of the base, and move no version", async () => {
  const feed = (text: string) => service.call("/api/admin/fraud-lists/import?as=scanners&role=block", { as: "admin", text });
  const state = async () => {
    await service.schedule(MINUTE);
    return (await service.sql("select base_hash, base_parts, version, feeds_version = base_feeds_version as current from list_state"))[0];
  };
  expect((await feed("192.0.2.0/24\n198.51.100.0/24\n")).status).toBe(200);
  const first = await state();
  expect(first).toMatchObject({ base_parts: [first?.base_hash], current: true });
  expect((await feed("198.51.100.0/24\n192.0.2.0/24\n")).status).toBe(200);
  expect(await state()).toEqual(first);
  expect((await feed("198.51.100.0/24\n")).status).toBe(200);
  expect((await state())?.base_hash).not.toBe(first?.base_hash);
});

test("marks of what changed are written again once, and all marks into a Redis that lost them", async () => {
  const marks = async (): Promise<number> => Number(await service.redis(["EVAL", "return #redis.call('KEYS', 'tg:live:mark:*')", "0"]));
  const lose = () =>
    service.redis(["EVAL", "for _, key in ipairs(redis.call('KEYS', 'tg:live:mark:*')) do redis.call('DEL', key) end", "0"]);
  await service.schedule(MINUTE);
  await lose();
  await service.schedule(MINUTE);
  expect(await marks()).toBe(0);
  expect((await staff(TRUST, { body: { type: "ip", value: "45.10.9.10", reason: "office" } })).status).toBe(201);
  await lose();
  await service.schedule(MINUTE);
  expect(await marks()).toBe(1);
  await lose();
  await service.schedule(MINUTE);
  expect(await marks()).toBe(0);
  await service.redis(["DEL", "tg:live:lists:marks-version"]);
  await service.schedule(MINUTE);
  expect(await marks()).toBeGreaterThan(9_900);
}, 120_000);

test("a base of more than a million IPv6 addresses is kept in parts that KV takes; feeds beyond the cap are refused and change nothing", async () => {
  const feed = (name: string, text: string) => service.call(`/api/admin/fraud-lists/import?as=${name}&role=block`, { as: "admin", text });
  expect((await feed("many", "2a10::1\n")).status).toBe(200);
  await service.sql(`insert into feed_entries (feed, generation, network)
    select name, generation, ('2a10::' || to_hex(n >> 16) || ':' || to_hex(n & 65535) || '/128')::cidr from list_feeds, generate_series(2, 1050000) n
    where name = 'many'`);
  await service.sql("update list_feeds set entries = 1050000 where name = 'many'");
  await service.schedule(MINUTE);
  const state = async () => (await service.sql("select base_hash, base_parts from list_state"))[0];
  const before = await state();
  expect(before?.base_parts.length).toBeGreaterThan(2);
  for (const address of ["2a10::1", "2a10::8:1234", "2a10::10:590"]) await eventually(address, 403);
  expect(await statusOf("2a10::11:0")).toBe(200);
  await service.sql("update list_feeds set entries = 1499999 where name = 'many'");
  expect(await feed("more", "192.0.2.0/24\n198.51.100.0/24\n")).toMatchObject({
    status: 422,
    body: { code: "feeds_too_large", detail: expect.stringContaining("drop a feed") },
  });
  await service.schedule(MINUTE);
  expect(await state()).toEqual(before);
  expect([await statusOf("2a10::1"), await statusOf("192.0.2.1")]).toEqual([403, 200]);
}, 300_000);

test("beyond what isolates keep a block is refused with the way out and an alert; what is listed and whitelisting stay possible", async () => {
  const [{ free } = { free: 0 }] = await service.sql(`select 100000 - count(*)::int as free from list_entries
    where is_active and livemode and kind = 'ip' and entity is not null and rules is null and verdict <> 'allow'`);
  for (let from = 0; from < free; from += 10_000) {
    const some = Array.from(
      { length: Math.min(10_000, free - from) },
      (_, at) => `48.${(from + at) >> 16}.${((from + at) >> 8) & 255}.${(from + at) & 255}`,
    );
    expect(await netset(some.join("\n"), "reason=fill")).toMatchObject({ status: 200, body: { added: some.length, warnings: [] } });
  }
  const last = `48.${(free - 1) >> 16}.${((free - 1) >> 8) & 255}.${(free - 1) & 255}`;
  for (const address of ["48.0.0.0", "48.0.175.200", last]) await eventually(address, 403);
  expect(await staff(BLOCKS, { body: { type: "ip", targetId: "49.1.1.1", reason: "one more" } })).toMatchObject({
    status: 422,
    body: { code: "too_many_addresses", detail: expect.stringContaining("/api/admin/fraud-lists/import") },
  });
  expect(await netset("49.1.1.1", "reason=more")).toMatchObject({ status: 422, body: { code: "too_many_addresses" } });
  const alerts = await service.call("/api/admin/smart-alerts?kind=list_capacity", { as: "admin" });
  expect(JSON.stringify(alerts.body)).toContain("100,000 blocked single addresses");
  // What is listed already takes no room, and trust has a room of its own.
  expect(await netset(v4("48.0", 100, 1), "reason=again")).toMatchObject({ status: 200, body: { added: 0 } });
  expect((await staff(TRUST, { body: { type: "ip", value: "48.0.0.9", reason: "ours" } })).status).toBe(201);
  await eventually("48.0.1.1", 403);
  await eventually("48.0.0.9", 200);
  expect([await statusOf("45.10.1.1"), await statusOf("46.11.39.15"), await statusOf("46.11.0.7")]).toEqual([403, 403, 200]);
}, 300_000);
