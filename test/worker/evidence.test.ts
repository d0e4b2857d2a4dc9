import { createHash } from "node:crypto";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMasterKeys } from "../../src/core/audit/master-keys.ts";
import { decryptFile } from "../../src/core/evidence/file-cipher.ts";
import { unwrapKey } from "../../src/core/secrecy/envelope.ts";
import { textOfPdf } from "../support/evidence/text-of-pdf.ts";
import { type Json, type Reply, startService, type TestService } from "../support/service.ts";

const DAY_MS = 86_400_000;
const MINUTE = "* * * * *";
const PNG = Uint8Array.from([
  0x89,
  0x50,
  0x4e,
  0x47,
  0x0d,
  0x0a,
  0x1a,
  0x0a,
  ...new TextEncoder().encode("a screenshot of the signed receipt"),
]);
const CARD = "4111 1111 1111 1111";
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
});
afterAll(() => service.close());

const path = (transaction: string, rest = ""): string => `/api/admin/evidence/${transaction}${rest}`;
const analyze = (body: object): Promise<Reply> => service.call("/api/v1/analyze", { body: { type: "PAYMENT", amount: 129.9, ...body } });
const pay = (transaction_id: string, status: string, more: object = {}): Promise<Reply> =>
  service.call("/api/v1/events", { body: { type: "payment", id: `pay-${transaction_id}-${status}`, transaction_id, status, ...more } });
/** Runs the sweep until Postgres has events: an answer may leave before its decision is kept. */
const recorded = (...ids: string[]): Promise<void> =>
  until(async () => (await service.sql("select 1 from event_ids where id = any($1)", [ids])).length === ids.length);
/** Runs the sweep until a chargeback was dealt with to its end. */
const disputed = (id: string): Promise<void> =>
  until(async () => (await service.sql("select 1 from fraud_reports where dedup_key = $1", [`chargeback:${id}`])).length > 0);
const until = (isSo: () => Promise<boolean>): Promise<void> =>
  expect
    .poll(
      async () => {
        await service.schedule(MINUTE);
        return isSo();
      },
      { timeout: 25_000 },
    )
    .toBe(true);
const buyer = {
  client_id: "c-wei",
  ip_address: "203.0.113.7",
  device_id: "fp-9d2c",
  user_agent: "Mozilla/5.0",
  card: { token: "tok-wei", bin: "457173", last4: "0008", scheme: "Visa" },
  shipping: { name: "李伟", address: "朝阳区建国路88号", city: "北京市", country: "CN" },
};
const upload = (transaction: string, bytes: Uint8Array, { name = "receipt.png", type = "image/png" } = {}): Promise<Reply> =>
  service.call(path(transaction, `/files?name=${encodeURIComponent(name)}&kind=screenshot`), {
    as: "analyst",
    text: bytes,
    headers: { "content-type": type },
  });
async function download(route: string): Promise<Uint8Array> {
  const answer = await service.server.fetch(`http://tollgate.test${route}`, { headers: { "x-api-key": service.keys.analyst } });
  expect(answer.status).toBe(200);
  return new Uint8Array(await answer.arrayBuffer());
}
interface Bucket {
  list(): Promise<{ readonly objects: readonly { readonly key: string }[] }>;
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>;
}
async function stored(): Promise<Map<string, Uint8Array>> {
  const { EVIDENCE } = (await service.server.getWorker().getEnv()) as { EVIDENCE: Bucket };
  const { objects } = await EVIDENCE.list();
  const found = new Map<string, Uint8Array>();
  for (const { key } of objects) found.set(key, new Uint8Array((await (await EVIDENCE.get(key))?.arrayBuffer()) ?? new ArrayBuffer()));
  return found;
}

test("a chargeback keeps what is known, opens one case, labels and tells of it, however often it is told", async () => {
  const { decision_id } = (await analyze({ transaction_id: "cb-1", ...buyer })).body;
  await pay("cb-1", "captured", { avs: "Y", cvc: "M", three_ds: { scheme: "Visa", status: "Y", eci: "05" } });
  await recorded("cb-1");
  const hook = { name: "all", kind: "webhook", url: "https://hooks.example.com/x", types: ["chargeback.initiated"] };
  await service.call("/api/admin/webhooks", { as: "admin", body: hook });
  await pay("cb-1", "chargeback", { decline_code: "10.4" });
  await disputed("cb-1");
  await service.call("/api/v1/events", { body: { type: "payment", id: "second-notice", transaction_id: "cb-1", status: "chargeback" } });
  await recorded("cb-1");

  const { status, body } = await service.call(path("cb-1"), { as: "readonly" });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    taken_from: "record",
    chargeback: { payment_id: "pay-cb-1-chargeback", reason_code: "10.4" },
    snapshot: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    transaction: {
      amount: 129.9,
      currency: "EUR",
      avs: "Y",
      cvc: "M",
      three_ds: { scheme: "Visa", status: "Y", eci: "05" },
      customer: { client_id: "c-wei", ip_address: "203.0.113.7", device_id: "fp-9d2c", user_agent: "Mozilla/5.0" },
      decisions: [{ decision_id }],
    },
    compelling_evidence: { qualifies: false, prior: [] },
    degraded: [],
  });
  expect(JSON.stringify(body)).not.toContain("tok-wei");
  expect(Date.parse(body.hold_until) - Date.parse(body.chargeback.at)).toBeGreaterThanOrEqual(540 * DAY_MS);
  expect(await service.sql("select origin, type, status from fraud_reports where origin = 'chargeback'")).toEqual([
    { origin: "chargeback", type: "transaction_fraud", status: "pending" },
  ]);
  expect(await service.sql("select distinct label, source from labels where decision_id = $1", [decision_id])).toEqual([
    { label: "chargeback", source: "payment" },
  ]);
});

test("a chargeback of a transaction that was never seen opens a case and says so", async () => {
  await pay("never-seen", "chargeback");
  await disputed("never-seen");
  expect((await service.call(path("never-seen"), { as: "readonly" })).body).toMatchObject({
    transaction: null,
    taken_from: null,
    snapshot: null,
  });
  expect((await service.call(path("unheard-of"), { as: "readonly" })).status).toBe(404);
});

test("once the record is gone, the evidence is what was kept of it", async () => {
  await analyze({ transaction_id: "old-1", ...buyer });
  await pay("old-1", "chargeback");
  await disputed("old-1");
  for (const table of ["decisions", "decision_ids", "events", "event_ids"])
    await service.sql(`delete from ${table} where ${table === "events" || table === "event_ids" ? "id" : "transaction_id"} = 'old-1'`);
  expect((await service.call(path("old-1"), { as: "readonly" })).body).toMatchObject({
    taken_from: "snapshot",
    transaction: { customer: { client_id: "c-wei" } },
  });
});

test("two undisputed transactions of the same card, address and device are compelling evidence", async () => {
  const at = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
  const who = { ...buyer, client_id: "c-ce3", card: { ...buyer.card, token: "tok-ce3" } };
  for (const [id, days] of [
    ["ce-a", 150],
    ["ce-b", 300],
    ["ce-new", 30],
    ["ce-disputed", 200],
  ] as const) {
    const event = { type: "transaction", id, amount: 20, timestamp: at(days), status: "captured", ...who };
    expect((await service.call("/api/v1/events", { body: event })).status).toBe(202);
  }
  await recorded("ce-a", "ce-b", "ce-new", "ce-disputed");
  await pay("ce-disputed", "chargeback", { timestamp: at(190) });
  await analyze({ transaction_id: "ce-1", ...who });
  await recorded("ce-1");
  await pay("ce-1", "chargeback");
  await disputed("ce-1");
  const { compelling_evidence } = (await service.call(path("ce-1"), { as: "readonly" })).body;
  expect(compelling_evidence).toMatchObject({ qualifies: true, elements: ["account", "ip_address", "device", "shipping_address"] });
  expect(compelling_evidence.prior.map(({ transaction_id }: Json) => transaction_id)).toEqual(["ce-a", "ce-b"]);
});

test("delivery is replaced under its version, and a second editor is told", async () => {
  await analyze({ transaction_id: "dl-1", ...buyer });
  await recorded("dl-1");
  const put = (parcels: object[], version?: number) =>
    service.call(path("dl-1", "/delivery"), {
      as: "analyst",
      method: "PUT",
      body: { parcels, ...(version === undefined ? {} : { version }) },
    });
  const parcel = { carrier: "DHL", tracking_number: "JJD000390007812345678", status: "delivered", signature: { signed_by: "П. Соколов" } };
  expect(await put([parcel], 0)).toMatchObject({ status: 200, body: { parcels: [parcel], version: 1 } });
  expect(await put([], 7)).toMatchObject({ status: 409, body: { code: "changed_meanwhile", current: { version: 1 } } });
  expect(await put([parcel, parcel], 1)).toMatchObject({ status: 200, body: { version: 2 } });
  const [first, second] = await Promise.all([put([parcel], 2), put([], 2)]);
  expect([first?.status, second?.status].sort()).toEqual([200, 409]);
  const rows = await service.sql("select details from audit_log where action = 'evidence.set_delivery'");
  expect(rows).toHaveLength(3);
  expect(JSON.stringify(rows)).not.toContain("Соколов");
});

test("a card number is refused wherever it stands, and is named by its field and not by its digits", async () => {
  await analyze({ transaction_id: "pan-1", ...buyer });
  await recorded("pan-1");
  const say = (text: string) =>
    service.call(path("pan-1", "/communications"), {
      as: "analyst",
      body: { at: "2026-07-06T09:00:00Z", channel: "email", direction: "in", text },
    });
  const refused = [
    await say(`my card is ${CARD}, please refund`),
    await service.call(path("pan-1", "/delivery"), {
      as: "analyst",
      method: "PUT",
      body: { parcels: [{ carrier: "x", status: "shipped", description: CARD }] },
    }),
    await upload("pan-1", new TextEncoder().encode(`${"x".repeat(70_000)} 4111-1111-1111-1111 `), { name: "mail.txt", type: "text/plain" }),
  ];
  for (const reply of refused) {
    expect(reply.status).toBe(422);
    expect(JSON.stringify(reply.body)).not.toMatch(/4111/);
  }
  expect(refused.map(({ body }) => body.errors[0].code)).toEqual(["card_number", "card_number", "card_number"]);
  expect(refused[0]?.body.errors[0].path).toBe("text");
  expect(await say(`order ${Date.now()}, IMEI 356938035643809, parcel JJD000390007812345678`)).toMatchObject({ status: 201 });
});

test("a file is encrypted where it is stored, read again, the same file twice, and gone once it is taken out", async () => {
  await analyze({ transaction_id: "f-1", ...buyer });
  await recorded("f-1");
  const { status, body } = await upload("f-1", PNG, { name: "签收单.png" });
  expect(status).toBe(201);
  expect(body).toMatchObject({ name: "签收单.png", size_bytes: PNG.length, sha256: sha256(PNG) });
  expect(Object.keys(body)).not.toContain("secret");
  expect((await upload("f-1", PNG, { name: "签收单.png" })).body.id).toBe(body.id);
  for (const bytes of (await stored()).values()) expect(Buffer.from(bytes).includes("signed receipt")).toBe(false);
  expect(await download(path("f-1", `/files/${body.id}`))).toEqual(PNG);
  const remove = () => service.call(path("f-1", `/files/${body.id}`), { as: "analyst", method: "DELETE" });
  expect((await remove()).status).toBe(204);
  expect((await remove()).status).toBe(404);
  expect((await service.call(path("f-1", `/files/${body.id}`), { as: "analyst" })).status).toBe(404);
  const actions = await service.sql("select action from audit_log where target = 'evidence:f-1' and action like 'evidence.%' order by seq");
  expect(actions.map(({ action }) => action)).toEqual(["evidence.add_file", "evidence.remove_file"]);
});

test("what is not what it says, too large, without a length or of no allowed type is refused and leaves nothing", async () => {
  await analyze({ transaction_id: "r-1", ...buyer });
  await recorded("r-1");
  const before = (await stored()).size;
  expect(await upload("r-1", new TextEncoder().encode("<html>"), { name: "a.png" })).toMatchObject({
    status: 422,
    body: { code: "other_content" },
  });
  expect(await upload("r-1", PNG, { type: "image/svg+xml" })).toMatchObject({ status: 415 });
  expect(await upload("r-1", PNG, { name: "../x.png" })).toMatchObject({ status: 422, body: { errors: [{ path: "name" }] } });
  expect(await upload("r-1", new Uint8Array(25 * 1_048_576 + 1))).toMatchObject({ status: 413 });
  expect(await upload("r-1", new Uint8Array())).toMatchObject({ status: expect.toBeOneOf([400, 411]) });
  expect((await upload("nobody", PNG)).status).toBe(404);
  expect((await stored()).size).toBe(before);
});

test("a file is read under the key it was written with once another is the newest, and under no other", async () => {
  await analyze({ transaction_id: "rot-1", ...buyer });
  await recorded("rot-1");
  const { id } = (await upload("rot-1", PNG)).body;
  const [row] = await service.sql("select object_key, master, wrapped from evidence_files where id = $1", [id]);
  const newest = ["2027", "a secret of at least 32 characters, made today"] as const;
  const rotated = createMasterKeys([newest, ["local", service.gateways.vars.HASH_SECRET]], "evidence");
  const master = await rotated.byId(row?.master);
  if (master === null) throw new Error(`no key ${row?.master}`);
  const sealed = (await stored()).get(row?.object_key) ?? new Uint8Array();
  const parts: Uint8Array[] = [];
  for await (const part of decryptFile(await unwrapKey(master, row?.wrapped, id), id, inOne(sealed))) parts.push(part);
  expect(Uint8Array.from(Buffer.concat(parts))).toEqual(PNG);
  const { key } = await rotated.newest();
  await expect(unwrapKey(key, row?.wrapped, id)).rejects.toThrow();
});

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

test("evidence goes when its time is over, with its files, and a hold keeps it", async () => {
  const file = await upload("rot-1", PNG, { name: "second.png" });
  expect(file.status).toBe(201);
  const keysOf = async (id: string) =>
    (await service.sql("select object_key from evidence_files where transaction_id = $1", [id])).map((row) => row.object_key);
  const keys = await keysOf("rot-1");
  await service.sql("update evidence_records set created_at = now() - interval '500 days' where transaction_id in ('rot-1', 'cb-1')");
  await service.schedule("0 * * * *");
  expect(await service.sql("select transaction_id from evidence_records where transaction_id in ('rot-1', 'cb-1')")).toEqual([
    { transaction_id: "cb-1" },
  ]);
  const left = await stored();
  expect(keys.filter((key) => left.has(key))).toEqual([]);
  expect(await service.sql("select 1 from evidence_uploads where object_key = any($1)", [keys])).toEqual([]);
});

test("25 MiB go in and come out as they were", { timeout: 120_000 }, async () => {
  await analyze({ transaction_id: "big-1", ...buyer });
  await recorded("big-1");
  const big = new Uint8Array(25 * 1_048_576);
  for (let i = 0; i < big.length; i += 4_096) big[i] = i % 251;
  big.set(PNG);
  const { status, body } = await upload("big-1", big);
  expect(status).toBe(201);
  expect(body.sha256).toBe(sha256(big));
  expect(sha256(await download(path("big-1", `/files/${body.id}`)))).toBe(sha256(big));
});

test("a bank gets a PDF in three scripts, the JSON, the files, and hashes that fit", { timeout: 60_000 }, async () => {
  await analyze({ transaction_id: "zip-1", ...buyer });
  await pay("zip-1", "chargeback", { decline_code: "10.4" });
  await disputed("zip-1");
  await service.call(path("zip-1", "/communications"), {
    as: "analyst",
    body: { at: "2026-07-06T09:00:00Z", channel: "email", direction: "in", text: "Посылка получена, спасибо!\n包裹已经收到,谢谢。" },
  });
  await upload("zip-1", PNG, { name: "签收单.png" });
  const archive = unzipSync(await download(path("zip-1", "/export")));
  expect(Object.keys(archive)).toEqual(["evidence.pdf", "evidence.json", "snapshot.json", "files/01-签收单.png", "manifest.sha256"]);
  const manifest = new TextDecoder().decode(archive["manifest.sha256"]).trimEnd().split("\n");
  expect(manifest).toHaveLength(4);
  for (const line of manifest) {
    const [hash, name] = line.split("  ");
    expect(sha256(archive[name ?? ""] ?? new Uint8Array())).toBe(hash);
  }
  expect(archive["files/01-签收单.png"]).toEqual(PNG);
  expect(JSON.parse(new TextDecoder().decode(archive["evidence.json"]))).toMatchObject({
    transaction_id: "zip-1",
    chargeback: { reason_code: "10.4" },
  });
  const text = await textOfPdf(archive["evidence.pdf"] ?? new Uint8Array());
  for (const part of [
    "Evidence for a disputed payment",
    "EUR 129.90",
    "203.0.113.7",
    "Посылка получена, спасибо!",
    "包裹已经收到",
    "签收单.png",
    "朝阳区建国路88号",
  ])
    expect(text).toContain(part);
  expect(await service.call(path("zip-1", "/export"), { as: "readonly" })).toMatchObject({ status: 403 });
});

test("who read evidence is in the audit log", async () => {
  await service.call(path("zip-1"), { as: "readonly" });
  await expect
    .poll(
      async () => (await service.sql("select 1 from audit_log where action = 'personal_data.read' and target = 'evidence:zip-1'")).length,
      {
        timeout: 20_000,
      },
    )
    .toBeGreaterThan(0);
});
