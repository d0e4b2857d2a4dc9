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

test("beyond what isolates keep a block is refused with the way out and an alert; what is listed and whitelisting stay possible", async () => {
  await service.sql(`insert into list_entries (id, livemode, verdict, kind, value, entity, reason, source, created_by, created_at)
    select 'fill-' || n, true, 'block', 'ip', host('48.0.0.0'::inet + n), host('48.0.0.0'::inet + n), 'fill', 'staff', 'test', now()
    from generate_series(1, 100000 - (select count(*) from list_entries where is_active and livemode and kind = 'ip' and entity is not null
      and rules is null and verdict <> 'allow')) n`);
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
}, 120_000);
