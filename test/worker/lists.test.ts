import type { IncomingRequestCfProperties } from "@cloudflare/workers-types";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Call, type Json, type Reply, startService, type TestService } from "../support/service.ts";

const MINUTE = "* * * * *";
let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
});
afterAll(() => service.close());

const BLOCKS = "/api/admin/fraud-blocks";
const TRUST = "/api/admin/fraud-whitelist";
const staff = (path: string, call: Call = {}): Promise<Reply> => service.call(path, { as: "analyst", ...call });
const block = (type: string, targetId: string, more: Record<string, unknown> = {}): Promise<Reply> =>
  staff(BLOCKS, { body: { type, targetId, reason: `${type} is bad`, ...more } });
const trust = (type: string, value: string, more: Record<string, unknown> = {}): Promise<Reply> =>
  staff(TRUST, { body: { type, value, reason: `${type} is ours`, ...more } });
const unblock = (id: string): Promise<Reply> => staff(`${BLOCKS}/${id}/unblock`, { body: {} });
const decide = async (transaction: Record<string, unknown>, as: "api" | "test" = "api"): Promise<Json> => {
  const { status, body } = await service.call("/api/v1/analyze", { as, body: { type: "PAYMENT", amount: 5, ...transaction } });
  expect(status).toBe(200);
  return body;
};
/** Decides until an address list has come to the isolate: it is polled after answers, every five seconds. */
const eventually = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 90_000, interval: 250 });

describe("a block", () => {
  test.each([
    ["ip", "198.51.100.7", { ip_address: "198.51.100.7" }],
    ["ip", "2001:db8:7::1", { ip_address: "2001:db8:7::1" }],
    ["device", "bad-device", { device_id: "bad-device" }],
    ["user", "bad-client", { client_id: "bad-client" }],
    ["email", "Bad@Example.com", { email: "bad@example.com" }],
    ["phone", "+49 (30) 123", { phone: "+4930123" }],
    ["card", "tok_bad", { card: { token: "tok_bad" } }],
  ])("of %s %s decides the very next decision, which names it; ended, it decides none", async (type, target, transaction) => {
    const before = await decide(transaction);
    expect(before.outcome).not.toBe("block");
    const made = await block(type, target);
    expect(made).toMatchObject({ status: 201, body: { is_active: true, autoBlocked: false, version: 1, warnings: [] } });
    expect(await decide(transaction)).toMatchObject({
      outcome: "block",
      should_block: true,
      decided_by: { kind: "block_list", id: made.body.id, reason: `${type} is bad` },
    });
    expect(await unblock(made.body.id)).toMatchObject({ status: 200, body: { is_active: false, version: 2, warnings: [] } });
    expect((await decide(transaction)).outcome).toBe(before.outcome);
  });

  test("of one IPv6 address does not block its neighbour", async () => {
    await block("ip", "2001:db8:8::1");
    expect((await decide({ ip_address: "2001:db8:8::1" })).outcome).toBe("block");
    expect((await decide({ ip_address: "2001:db8:8::2" })).outcome).not.toBe("block");
  });

  test("of an address is the same in every spelling, and is listed once", async () => {
    const made = await block("ip", "::ffff:198.51.100.9");
    expect(made.body.targetId).toBe("198.51.100.9");
    expect(await block("ip", "198.51.100.9")).toMatchObject({ status: 409, body: { code: "already_listed", id: made.body.id } });
    const found = await staff(`${BLOCKS}?type=ip&value=64:ff9b::198.51.100.9`);
    expect(found.body.blocks).toMatchObject([{ id: made.body.id }]);
  });

  test("of a network, an ASN, a country and a domain comes with the delta", async () => {
    const cases = [
      [await block("ip", "203.0.113.0/26"), { ip_address: "203.0.113.5" }],
      [await block("asn", "AS64500"), { ip_address: "192.0.2.77", ip_geo: { asn: 64500 } }],
      [await block("country", "kp"), { ip_address: "192.0.2.78", ip_geo: { country: "KP" } }],
      [await block("email_domain", "@Bad.Example"), { email: "someone@bad.example" }],
    ] as const;
    for (const [made, transaction] of cases) {
      expect(made.status).toBe(201);
      await eventually(async () => expect((await decide(transaction)).decided_by).toMatchObject({ kind: "block_list", id: made.body.id }));
    }
    expect((await decide({ ip_address: "203.0.113.70" })).outcome).not.toBe("block");
    expect((await decide({})).versions.lists).toMatch(/^none\+\d+$/);
    await unblock(cases[0][0].body.id);
    await eventually(async () => expect((await decide(cases[0][1])).outcome).not.toBe("block"));
  });

  test("ends by itself, without anybody writing anything, and leaves its place to another", async () => {
    const made = await block("device", "short-lived", { for: "5s" });
    expect(made.status).toBe(201);
    expect((await decide({ device_id: "short-lived" })).outcome).toBe("block");
    await eventually(async () => expect((await decide({ device_id: "short-lived" })).outcome).not.toBe("block"));
    expect((await staff(`${BLOCKS}/${made.body.id}`)).body.is_active).toBe(false);
    expect((await block("device", "short-lived")).status).toBe(201);
  });

  test("is lifted by a whitelist entry on the same entity only", async () => {
    await block("client", "trusted-client");
    await block("device", "bad-device-of-trusted");
    const allowed = await trust("user", "trusted-client");
    expect(allowed.status).toBe(201);
    expect(await decide({ client_id: "trusted-client" })).toMatchObject({
      outcome: "allow",
      decided_by: { kind: "whitelist", id: allowed.body.id },
    });
    expect((await decide({ client_id: "trusted-client", device_id: "bad-device-of-trusted" })).outcome).toBe("block");
    await staff(`${TRUST}/${allowed.body.id}`, { method: "DELETE" });
    expect((await decide({ client_id: "trusted-client" })).outcome).toBe("block");
  });

  test("of the live world is none of the test world's, and the other way round", async () => {
    await block("device", "live-only");
    await block("device", "test-only", { livemode: false });
    expect((await decide({ device_id: "live-only" }, "test")).outcome).not.toBe("block");
    expect((await decide({ device_id: "test-only" }, "test")).outcome).toBe("block");
    expect((await decide({ device_id: "test-only" })).outcome).not.toBe("block");
  });
});

describe("a second thought", () => {
  test.each([
    ["127.0.0.1", "loopback"],
    ["10.0.0.0/8", "private"],
    ["173.245.48.5", "platform"],
    ["198.0.0.0/7", "larger than a /8"],
    ["2400::/12", "larger than a /19"],
    ["198.51.100.200/30", "your own address"],
  ])("is asked for before %s is blocked: %s", async (target, why) => {
    const call = { as: "analyst", headers: { "cf-connecting-ip": "198.51.100.201" } } as const;
    const body = { type: "ip", targetId: target, reason: "x", for: "1s" };
    const asked = await service.call(BLOCKS, { ...call, body });
    expect(asked).toMatchObject({ status: 422, body: { code: "confirm_needed" } });
    expect(asked.body.detail).toContain(why);
    expect((await service.call(BLOCKS, { ...call, body: { ...body, confirm: true } })).status).toBe(201);
  });
});

test("a second thought is asked for before the caller's own network or country is blocked, and not before another's", async () => {
  const ask = async (type: string, targetId: string, confirm = false) => {
    const body = JSON.stringify({ type, targetId, reason: "x", for: "1s", confirm });
    const headers = { "content-type": "application/json", "x-api-key": service.keys.analyst, "cf-connecting-ip": "198.51.100.201" };
    const cf = { asn: 64_499, country: "NZ" } as Partial<IncomingRequestCfProperties>;
    const answer = await service.server.fetch(`http://tollgate.test${BLOCKS}`, { method: "POST", body, headers, cf });
    return [answer.status, ((await answer.json()) as { readonly detail?: string }).detail];
  };
  expect(await ask("asn", "AS64499")).toEqual([422, expect.stringContaining("your own network")]);
  expect(await ask("country", "nz")).toEqual([422, expect.stringContaining("your own country")]);
  expect((await ask("country", "nz", true))[0]).toBe(201);
  expect((await ask("asn", "AS64498"))[0]).toBe(201);
  for (const country of ["T1", "xx"]) expect((await ask("country", country))[0]).toBe(201);
});

describe("what does not fit", () => {
  test.each([
    [{ type: "ip", targetId: "010.0.0.1" }, "targetId"],
    [{ type: "ip", targetId: "1.2.3.4, 5.6.7.8" }, "targetId"],
    [{ type: "country", targetId: "Germany" }, "targetId"],
    [{ type: "asn", targetId: "AS99999999999" }, "targetId"],
    [{ type: "email", targetId: "no-at" }, "targetId"],
    [{ type: "card", targetId: "4111 1111 1111 1111" }, "targetId"],
    [{ type: "device", targetId: "d", verdict: "challenge" }, "verdict"],
    [{ type: "device", targetId: "d", for: "24h", expiresAt: "2099-01-01T00:00:00Z" }, "for"],
    [{ type: "device", targetId: "d", expiresAt: "2001-01-01T00:00:00Z" }, "expiresAt"],
    [{ type: "device", targetId: "d", for: "999999999d" }, "for"],
    [{ type: "planet", targetId: "d" }, "type"],
  ])("%j is refused at `%s`", async (body, path) => {
    const refused = await staff(BLOCKS, { body: { reason: "x", ...body } });
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map((fault: Json) => fault.path)).toContain(path);
    expect(JSON.stringify(refused.body)).not.toContain("4111");
  });
});

test("two people who change one entry: one wins, the other sees the state and who made it", async () => {
  const { id } = (await block("device", "contested")).body;
  const change = (reason: string) => staff(`${BLOCKS}/${id}`, { method: "PATCH", body: { reason, version: 1 } });
  const answers = await Promise.all([change("one"), change("two")]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const lost = answers.find(({ status }) => status === 409)?.body;
  expect(lost).toMatchObject({ code: "changed_meanwhile", current: { version: 2 }, difference: [{ field: "reason" }] });
  expect((await decide({ device_id: "contested" })).decided_by.reason).toBe(lost.current.reason);
  const trail = await service.call(`/api/admin/audit-logs?target=list_entry:${id}`, { as: "admin" });
  expect(trail.body.rows.map((row: Json) => row.action)).toEqual(["block.change", "block.create"]);
  // Whom it names is personal: it is in no clear column.
  expect(JSON.stringify(await service.sql("select target, details from audit_log"))).not.toContain("contested");
});

test("a Redis that came back empty gets all marks and the delta back within a minute's schedule", async () => {
  const device = (await block("device", "survivor")).body.id;
  const network = (await block("ip", "203.0.113.128/26")).body.id;
  await service.redis(["FLUSHDB"]);
  expect((await decide({ device_id: "survivor" })).outcome).not.toBe("block");
  await service.schedule(MINUTE);
  expect((await decide({ device_id: "survivor" })).decided_by).toMatchObject({ id: device });
  await eventually(async () => expect((await decide({ ip_address: "203.0.113.130" })).decided_by).toMatchObject({ id: network }));
});

test("while Redis is away a block is recorded, says that it is late, and is in force after the next schedule", async () => {
  service.gateways.upstash.faults.set([{ kind: "status", status: 503, match: "tg:live:mark" }]);
  const made = await block("device", "late");
  service.gateways.upstash.faults.set([]);
  expect(made).toMatchObject({ status: 201, body: { warnings: [expect.stringContaining("redis")] } });
  await service.schedule(MINUTE);
  expect((await decide({ device_id: "late" })).decided_by).toMatchObject({ id: made.body.id });
});

test("entries are listed by page and as files", async () => {
  for (let at = 0; at < 5; at++) await block("device", `page-${at}`);
  const first = await staff(`${BLOCKS}?q=page-&limit=3`);
  expect(first.body.blocks.map((entry: Json) => entry.targetId)).toEqual(["page-4", "page-3", "page-2"]);
  const second = await staff(`${BLOCKS}?q=page-&limit=3&before=${first.body.next}`);
  expect(second.body.blocks.map((entry: Json) => entry.targetId)).toEqual(["page-1", "page-0"]);
  expect(second.body.next).toBeNull();
  const csv = await staff(`${BLOCKS}?q=page-&format=csv`);
  expect(csv.body.split("\r\n")[1]).toMatch(/,block,device,page-4,device is bad,/);
  await block("ip", "192.0.2.0/28");
  expect((await staff(`${BLOCKS}?format=netset&is_active=true`)).body.split("\n")).toContain("192.0.2.0/28");
});

test("a CSV file is read, also one that was exported, and a broken one names its line", async () => {
  const csv = (path: string, body: string) => staff(`${path}/import`, { text: body, headers: { "content-type": "text/csv" } });
  const end = new Date(Date.now() + 86_400_000).toISOString();
  const file = `type,value,reason,expires_at\r\nemail,Csv@Example.com,"said ""no"", twice",${end}\r\ndevice,csv-1,,\r\n`;
  expect(await csv(BLOCKS, file)).toMatchObject({ status: 200, body: { added: 2, already_listed: 0 } });
  expect((await decide({ email: "csv@example.com" })).decided_by).toMatchObject({ kind: "block_list", reason: 'said "no", twice' });
  const exported = await staff(`${BLOCKS}?q=csv&format=csv`);
  expect(await csv(BLOCKS, exported.body)).toMatchObject({ status: 200, body: { added: 0, already_listed: 2 } });
  expect(await csv(TRUST, "type,value,rules\nclient,csv-client,checkout/C1 checkout/C2\n")).toMatchObject({
    status: 200,
    body: { added: 1 },
  });
  expect(await csv(BLOCKS, "type,valeu\nip,192.0.2.1\n")).toMatchObject({
    status: 422,
    body: { errors: [{ path: "line 1", message: expect.stringContaining("did you mean `value`") }] },
  });
  expect(await csv(BLOCKS, 'type,value\nip,"192.0.2.1\n')).toMatchObject({
    status: 422,
    body: { errors: [{ path: expect.stringMatching(/^line/) }] },
  });
  expect(await csv(BLOCKS, "type,value\nip,192.0.2\n")).toMatchObject({ status: 422, body: { errors: [{ path: "entries[0].targetId" }] } });
});

test("so many networks that the isolates' delta could not hold them are refused with the way out, and nothing is dropped", async () => {
  const networks = (first: number, count: number) =>
    Array.from({ length: count }, (_, at) => `${first}.${at >> 8}.${at & 255}.0/24`).join("\n");
  const netset = (body: string) => staff(`${BLOCKS}/import?reason=sweep&for=1h`, { text: body, headers: { "content-type": "text/plain" } });
  expect(await netset(networks(52, 8_500))).toMatchObject({
    status: 422,
    body: { code: "too_many_networks", detail: expect.stringContaining("/api/admin/fraud-lists/import") },
  });
  expect((await decide({ ip_address: "52.0.0.1" })).outcome).not.toBe("block");
});

test("many are listed at once: what is new counts, what is listed stays, and one that does not fit stops all", async () => {
  const text = Array.from({ length: 3_000 }, (_, at) => `104.0.${at >> 8}.${at & 255} # a line`).join("\n");
  const netset = (body: string, query = "reason=sweep&for=2h") =>
    staff(`${BLOCKS}/import?${query}`, { text: body, headers: { "content-type": "text/plain" } });
  expect(await netset(text)).toMatchObject({ status: 200, body: { added: 3_000, already_listed: 0, warnings: [] } });
  expect(await decide({ ip_address: "104.0.11.183" })).toMatchObject({ outcome: "block", decided_by: { reason: "sweep" } });
  expect((await netset("104.0.0.1\n104.1.0.1\n104.1.0.1\n")).body).toMatchObject({ added: 1, already_listed: 2 });
  expect(await netset("104.2.0.1\n104.2.0\n")).toMatchObject({ status: 422, body: { errors: [{ path: "entries[1].targetId" }] } });
  expect((await decide({ ip_address: "104.2.0.1" })).outcome).not.toBe("block");
  expect(await netset("10.1.2.3")).toMatchObject({ status: 422, body: { code: "confirm_needed" } });
  const entries = [{ type: "email", value: "A@Example.com", reason: "ours" }];
  expect((await staff(`${TRUST}/import`, { body: { entries } })).body.added).toBe(1);
  expect((await decide({ email: "a@example.com" })).decided_by).toMatchObject({ kind: "whitelist" });
});
