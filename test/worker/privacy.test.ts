import { afterAll, beforeAll, expect, test } from "vitest";
import { dumpStores } from "../support/dump-stores.ts";
import { type Json, type Reply, startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService({ LOG_LEVEL: "info" });
  await service.publish();
});
afterAll(() => service.close());

/** A person whose every identifier is a text of its own, so that a dump can be searched for it. */
function aPerson(name: string, address: string) {
  return {
    client_id: `client-${name}-7731`,
    email: `${name}.doe@mail-${name}.example`,
    phone: `+49151${[...name].map((letter) => letter.charCodeAt(0) % 10).join("")}77`,
    ip_address: address,
    device_id: `device-${name}-4402`,
    card: { token: `tok-${name}-9918`, bin: "457173", last4: "0008" },
    shipping: { country: "DE", postal_code: "53111", address: `${name} street 12` },
    user_agent: `Mozilla/5.0 (${name})`,
    ip_geo: { country: "DE", latitude: 50.7374, longitude: 7.0982, city: `${name}ville` },
  };
}
type Person = ReturnType<typeof aPerson>;
const marksOf = ({ client_id, email, phone, ip_address, device_id, card, shipping, user_agent, ip_geo }: Person): string[] => [
  ...[client_id, email, phone, ip_address, device_id, card.token, shipping.address, user_agent, ip_geo.city],
];
const pay = async (person: object, fields: object): Promise<Json> => {
  const answer = await service.call("/api/v1/analyze", { body: { type: "PAYMENT", amount: 20, ...person, ...fields } });
  expect(answer.status).toBe(200);
  return answer.body;
};
const erase = (id: string, body: object = {}): Promise<Reply> =>
  service.call(`/api/admin/clients/${encodeURIComponent(id)}/erase`, { as: "admin", body });
const exported = (id: string, format = "json"): Promise<Reply> =>
  service.call(`/api/admin/clients/${encodeURIComponent(id)}/export?format=${format}`, { as: "admin" });
/** What of a person stands in any store, and where. */
async function foundIn(person: Person): Promise<string[]> {
  const dump = await dumpStores(service);
  return marksOf(person).flatMap((mark) => dump.flatMap(({ place, text }) => (text.includes(mark) ? [`${mark} in ${place}`] : [])));
}
/** Writes whatever the service keeps of a person. */
async function live(person: Person, prefix: string): Promise<void> {
  await pay(person, { transaction_id: `${prefix}-1`, dest_id: "shop-1", attributes: { note: `for ${person.email}` } });
  await service.call("/api/v1/events", {
    body: { type: "login", id: `${prefix}-2`, client_id: person.client_id, ip_address: person.ip_address, status: "failed" },
  });
  await pay({}, { transaction_id: `${prefix}-3`, type: "TRANSFER", client_id: `other-payer-${prefix}`, dest_id: person.client_id });
  await pay({ ...person, client_id: null }, { transaction_id: `${prefix}-guest` });
  await service.call(`/api/v1/profiles/${person.client_id}`, {
    method: "PUT",
    body: { nickname: person.email, tier: 3, consent: { profiling: { granted: true, source: "checkout", at: "2026-11-01T10:00:00Z" } } },
  });
  await service.call(`/api/v1/features/client/${person.client_id}`, { method: "PUT", body: { hint: person.phone } });
  for (const cron of ["* * * * *", "0 * * * *", "*/5 * * * *"]) await service.schedule(cron);
}

test("an erased client is found in no store; what statistics count is still there, under a pseudonym", async () => {
  const person = aPerson("alma", "93.184.216.71");
  await live(person, "alma");
  const allow = {
    type: "client",
    value: person.client_id,
    reason: `good customer ${person.email}`,
    expires_at: new Date(Date.now() + 86_400_000).toISOString(),
  };
  expect((await service.call("/api/admin/fraud-whitelist", { as: "admin", body: allow })).status).toBe(201);
  await service.sql(`insert into fraud_reports (id, livemode, dedup_key, type, severity, status, origin, entity_kind, entity_value, description, opened_at, last_found_at, findings)
    values ('alma-r1', true, 'k:${person.client_id}', 'account_takeover', 'high', 'confirmed', 'trigger', 'client', '${person.client_id}', 'about ${person.email}', now(), now(), 1),
      ('alma-r2', true, 'k2', 'account_takeover', 'high', 'pending', 'trigger', 'ip', '203.0.113.200', 'also ${person.client_id}', now(), now(), 1)`);
  await service.sql(`insert into report_findings (id, report_id, found_at, severity, description, evidence)
    values ('alma-f1', 'alma-r1', now(), 'high', '${person.email}', '{"client": "${person.client_id}"}'), ('alma-f2', 'alma-r2', now(), 'high', 'x', '{"clients": ["${person.client_id}", "c-2"], "n": 2}')`);
  await service.sql(
    `insert into report_related (report_id, kind, value) values ('alma-r1', 'email', '${person.email}'), ('alma-r2', 'client', '${person.client_id}')`,
  );
  await service.sql(`insert into dead_letters (text, reason) values ('{"client_id":"${person.client_id}"}', 'test')`);
  await service.sql(
    `insert into webhook_events (livemode, id, type, occurred_at, data) values (true, 'alma-w', 'fraud.detected', now(), '{"client_id":"${person.client_id}"}')`,
  );
  await service.sql(`insert into alerts (livemode, kind, severity, dedup_key, title, details, first_seen_at, last_seen_at)
    values (true, 'test', 'low', 'alma', 'one client', '{"client":"${person.client_id}","n":5}', now(), now())`);
  expect(await foundIn(person)).not.toEqual([]);
  const [before] = await service.sql("select count(*) as events, sum(amount_minor) as sum from events");

  const answer = await erase(person.client_id, { reference: "request 12" });
  expect(answer).toMatchObject({ status: 200, body: { status: "done", held: [], erased: { events: 4, profiles: 1 } } });
  expect(await foundIn(person)).toEqual([]);
  expect((await service.sql("select count(*) as events, sum(amount_minor) as sum from events"))[0]).toEqual(before);
  expect((await service.sql("select evidence from report_findings where id = 'alma-f2'"))[0]?.evidence).toEqual({
    clients: [answer.body.pseudonym, "c-2"],
    n: 2,
  });
  // The person who acted stays known, and the chain whole.
  const log = (await service.call("/api/admin/audit-logs?action=client.erase", { as: "admin" })).body.rows;
  expect(log[0]).toMatchObject({
    actor: { name: expect.any(String) },
    details: { after: { reference: "request 12" } },
    target: expect.stringMatching(/^client:#/),
  });

  const second = await erase(person.client_id);
  expect(second).toMatchObject({ status: 200, body: { id: answer.body.id, erased: answer.body.erased } });
  expect((await service.call(`/api/admin/clients/${person.client_id}/erase`, { as: "admin" })).body).toEqual(second.body);
});

test("events that come later begin a history of their own", async () => {
  const person = aPerson("berta", "93.184.216.72");
  await live(person, "berta");
  const first = (await erase(person.client_id)).body;
  await pay(person, { transaction_id: "berta-10" });
  await service.schedule("* * * * *");
  expect(await service.sql("select id from events where client_id = $1", [person.client_id])).toEqual([{ id: "berta-10" }]);
  const again = (await erase(person.client_id)).body;
  expect(again.id).not.toBe(first.id);
  expect(again.pseudonym).not.toBe(first.pseudonym);
  expect(await foundIn(person)).toEqual([]);
});

test("a block in force, an open report and evidence within its hold are kept, listed and dated, and erased when their time is over", async () => {
  const person = aPerson("carla", "93.184.216.73");
  await live(person, "carla");
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString();
  const block = await service.call("/api/admin/fraud-blocks", {
    as: "admin",
    body: { type: "client", targetId: person.client_id, reason: "chargebacks", expiresAt: until },
  });
  expect(block.status).toBe(201);
  await service.sql(`insert into fraud_reports (id, livemode, dedup_key, type, severity, status, origin, entity_kind, entity_value, description, opened_at, last_found_at, findings)
    values ('carla-r', true, 'carla', 'account_takeover', 'high', 'reviewing', 'trigger', 'email', '${person.email}', 'x', now(), now(), 1)`);
  await service.sql(`insert into evidence_records (livemode, transaction_id, client_id, delivery, hold_until, created_at, version)
    values (true, 'carla-1', '${person.client_id}', '{}', now() + interval '20 days', now(), 1), (true, 'carla-3', '${person.client_id}', '{}', null, now(), 1)`);
  const answer = (await erase(person.client_id)).body;
  expect(answer.held).toEqual([
    { kind: "block", record: block.body.id, reason: expect.stringContaining("block in force"), until, erased_at: null },
    {
      kind: "evidence",
      record: "carla-1",
      reason: expect.stringContaining("disputed payment"),
      until: expect.any(String),
      erased_at: null,
    },
    { kind: "report", record: "carla-r", reason: expect.stringContaining("being worked on"), until: expect.any(String), erased_at: null },
  ]);
  const left = await foundIn(person);
  expect([...new Set(left.map((place) => place.split(" in ")[1]?.replace(/(?: |:client:).*/, "")))].sort()).toEqual([
    "postgres:evidence_records",
    "postgres:fraud_reports",
    "postgres:list_entries",
    "redis:tg:live:mark",
  ]);
  // The block still holds, and asking again erases nothing more.
  expect(await pay({ client_id: person.client_id }, { transaction_id: "carla-9" })).toMatchObject({ should_block: true });
  await service.schedule("* * * * *");
  await erase(person.client_id);

  await service.sql("update list_entries set is_active = false, ended_at = now() where id = $1", [block.body.id]);
  await service.sql("update fraud_reports set status = 'rejected' where id = 'carla-r'");
  await service.sql("update evidence_records set hold_until = now() - interval '1 second'");
  await service.sql("update erasure_holds set until_at = now() - interval '1 second' where kind = 'evidence'");
  await service.schedule("* * * * *");
  expect(await foundIn(person)).toEqual([]);
  const [released] = (await service.call(`/api/admin/clients/${person.client_id}/erase`, { as: "admin" })).body.held;
  expect(released.erased_at).not.toBeNull();
});

test("what other clients use too is only unlinked", async () => {
  const [one, two] = [aPerson("dora", "93.184.216.74"), { ...aPerson("dora", "93.184.216.74"), client_id: "client-other-1" }];
  await pay(one, { transaction_id: "dora-1" });
  await pay(two, { transaction_id: "dora-2" });
  const answer = (await erase(one.client_id)).body;
  expect(answer.erased.shared).toBeGreaterThan(0);
  const rows = await service.sql("select client_id, email, device_id from events where id in ('dora-1', 'dora-2') order by id");
  expect(rows).toEqual([
    { client_id: answer.pseudonym, email: null, device_id: null },
    { client_id: "client-other-1", email: two.email, device_id: two.device_id },
  ]);
});

test("an event that is on its way when the client is erased reaches no store with its name", async () => {
  const person = aPerson("edda", "93.184.216.75");
  // Claimed and decided in Redis, and not in Postgres yet.
  await pay(person, { transaction_id: "edda-1" });
  const answers = await Promise.all([
    erase(person.client_id),
    erase(person.client_id),
    ...[2, 3, 4].map((n) => pay({ client_id: "someone-else-5" }, { transaction_id: `edda-${n}` })),
  ]);
  expect(answers[0]?.body.id).toBe(answers[1]?.body.id);
  for (let run = 0; run < 3; run++) await service.schedule("* * * * *");
  expect((await service.call(`/api/admin/clients/${person.client_id}/erase`, { as: "admin" })).body.status).toBe("done");
  expect(await foundIn(person)).toEqual([]);
});

test("a run that broke off is taken up where it was", async () => {
  const person = aPerson("fina", "93.184.216.76");
  await live(person, "fina");
  const [row] = await service.sql("select livemode, id, occurred_at from events where id = 'fina-1'");
  expect(row).toBeDefined();
  service.gateways.neon.faults.set([{ kind: "status", probability: 1, status: 500, match: "delete from user_profiles" }]);
  const broken = await erase(person.client_id);
  expect(broken).toMatchObject({ status: 202, body: { status: "running" } });
  service.gateways.neon.faults.set([]);
  await service.schedule("* * * * *");
  expect((await erase(person.client_id)).body).toMatchObject({ status: "done", erased: { events: 4 } });
  expect(await foundIn(person)).toEqual([]);
});

test("the export holds everything, as JSON and as CSV, and its reading is in the audit log", async () => {
  const person = aPerson("gerda", "93.184.216.77");
  await live(person, "gerda");
  const { status, body, headers } = await exported(person.client_id);
  expect(status).toBe(200);
  expect(headers.get("content-disposition")).toContain("client.json");
  expect(body.complete).toBe(true);
  expect(body.events.map(({ id }: Json) => id).sort()).toEqual(["gerda-1", "gerda-2"]);
  expect(body.events[0].body).toMatchObject({ client_id: person.client_id });
  expect(body.received.map(({ id }: Json) => id)).toEqual(["gerda-3"]);
  expect(body.decisions).toMatchObject([{ transaction_id: "gerda-1", facts: { values: expect.any(Object) }, labels: [] }]);
  expect(body.profile).toMatchObject([{ attributes: { nickname: person.email, tier: 3 } }]);
  expect(body.consents).toMatchObject([
    { purpose: "profiling", granted: true, source: "checkout", given_at: expect.stringMatching(/^2026-11-01T10:00:00/) },
  ]);
  expect(body.memory).toMatchObject([{ livemode: true, stored_features: { hint: person.phone }, window: { events: 2 } }]);
  expect(body.audit.map(({ action }: Json) => action)).toContain("client.export");
  const csv = String((await exported(person.client_id, "csv")).body).split("\r\n");
  expect(csv[0]).toBe("section,livemode,at,id,record");
  expect(csv.filter((line) => line.startsWith("events,"))).toHaveLength(2);
  expect(csv.at(-2)).toBe("complete,,,,true");
});

test("an export of many events comes page by page and misses none", async () => {
  await service.sql(`insert into event_ids (livemode, id, occurred_at) select true, 'many-' || n, now() from generate_series(1, 1203) n`);
  await service.sql(`insert into events (livemode, id, occurred_at, received_at, stage, type, status, currency, currency_exponent, client_id, body_hash, velocity_pending, body)
    select true, 'many-' || n, date_trunc('second', now()), now(), '', 'login', 'success', 'EUR', 2, 'client-many', 'h', false, '{}' from generate_series(1, 1203) n`);
  const { events } = (await exported("client-many")).body;
  expect(new Set(events.map(({ id }: Json) => id)).size).toBe(1_203);
  expect(await erase("client-many")).toMatchObject({ status: 200, body: { status: "done", erased: { events: 1_203 } } });
});

test("a client that nothing is known of is not found", async () => {
  expect(await erase("nobody-1")).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(await exported("nobody-1")).toMatchObject({ status: 404 });
  expect(await service.call("/api/admin/clients/nobody-1/erase", { as: "admin" })).toMatchObject({ status: 404 });
  expect(await exported("nobody-1", "xml")).toMatchObject({ status: 422 });
  expect(await erase("nobody-1", { why: 1 })).toMatchObject({ status: 422 });
});

test("an answer kept for its `Idempotency-Key` is erased with the client it names, and its call has no second effect", async () => {
  const person = aPerson("hella", "93.184.216.78");
  const until = new Date(Date.now() + 86_400_000).toISOString();
  const trust = (): Promise<Reply> =>
    service.call("/api/admin/fraud-whitelist", {
      as: "admin",
      headers: { "idempotency-key": "trust-hella" },
      body: { type: "client", value: person.client_id, reason: "good", expires_at: until },
    });
  const first = await trust();
  expect(first.status).toBe(201);
  expect((await trust()).body).toEqual(first.body);
  expect((await erase(person.client_id)).body.status).toBe("done");
  expect(await trust()).toMatchObject({ status: 410, body: { code: "answer_erased" } });
  expect(await service.sql("select id from list_entries where value = $1", [person.client_id])).toEqual([]);
  expect(await service.redis(["KEYS", "tg:idem-of:client:*"])).toEqual([]);
});

test("what is no consent is refused, and `consent` may still be a value", async () => {
  const put = (body: object): Promise<Reply> => service.call("/api/v1/profiles/client-consent", { method: "PUT", body });
  expect(await put({ consent: { profiling: { granted: "yes", source: "checkout" } } })).toMatchObject({ status: 422 });
  expect(await put({ tier: { profiling: { granted: true, source: "x" } } })).toMatchObject({
    status: 422,
    body: { errors: [{ path: "tier" }] },
  });
  expect((await put({ consent: true, tier: 2 })).status).toBe(204);
});

test("a card number is stored and logged nowhere, whatever route and field it comes in", async () => {
  const [plain, written] = ["4012888888881881", "4012 8888 8888 1881"];
  const card = (path: string, body: unknown, call: object = {}): Promise<Reply> => service.call(path, { as: "admin", body, ...call });
  const pay2 = (fields: object): Promise<Reply> =>
    service.call("/api/v1/analyze", { body: { type: "PAYMENT", amount: 5, ...fields }, headers: { "user-agent": plain, "cf-ray": plain } });
  for (const id of ["transaction_id", "client_id", "dest_id", "device_id", "order_id"])
    expect((await pay2({ [id]: plain })).body.warnings[0]?.code).toBe("card_number_replaced");
  const refused = await Promise.all([
    ...["user_agent", "email", "stage", "phone", "city"].map((name) => pay2({ [name]: written })),
    ...[{ note: `paid with ${written}!` }, { [plain]: 1 }, { deep: { er: [Number(plain)] } }].map((attributes) => pay2({ attributes })),
    pay2({ shipping: { address: `c/o ${plain}` } }),
    card("/api/v1/events", { type: "login", id: plain }, { as: "api" }),
    card("/api/v1/profiles/c1", { note: written }, { method: "PUT" }),
    card(`/api/v1/profiles/${plain}`, { tier: 1 }, { method: "PUT" }),
    card("/api/v1/features/client/c1", { note: written }, { method: "PUT" }),
    card("/api/v1/decisions/x/label", { label: "fraud", source: written }),
    card("/api/admin/fraud-blocks", { type: "client", targetId: "c1", reason: `used ${written}`, for: "1h" }),
    card("/api/admin/fraud-whitelist", { type: "card", value: plain, reason: "x" }),
    card("/api/admin/fraud-rules/publish", {
      files: [{ name: "a.json", text: JSON.stringify({ note: written }) }],
      features: null,
      message: "x",
    }),
    card("/api/admin/api-keys", { name: written }),
    card("/api/admin/clients/c1/erase", { reference: written }),
    card("/api/admin/fraud-reports", { type: "transaction_fraud", severity: "low", description: `paid with ${written}` }),
    card("/api/admin/webhooks", { kind: "standard", name: written, url: "https://shop.example/hooks", types: ["alert.raised"] }),
    card("/api/admin/fraud-services", { id: "vendor", settings: { url: `https://vendor.example/${plain}`, answers: {} } }),
    card("/api/admin/evidence/x/communications", {
      at: "2026-11-01T10:00:00Z",
      channel: "email",
      direction: "in",
      text: `my card ${written}`,
    }),
    service.call("/api/admin/evidence/x/files?name=mail.txt", {
      as: "admin",
      text: `my card ${written}`,
      headers: { "content-type": "text/plain" },
    }),
    service.call("/hooks/vendor", { as: null, body: { reference: plain } }),
    service.call(`/api/admin/audit-logs?target=client:${plain}`, { as: "admin" }),
    service.call(`/api/v1/decisions/${plain}`),
  ]);
  expect(refused.map(({ status }) => status).filter((status) => status < 400 || status >= 500)).toEqual([]);
  for (const cron of ["* * * * *", "0 * * * *"]) await service.schedule(cron);
  const logs = service.server.getLogs().map((line, at) => ({ place: `log ${at}`, text: JSON.stringify(line) }));
  expect(logs.length).toBeGreaterThan(20);
  const dump = [...(await dumpStores(service)), ...logs];
  for (const number of [plain, written]) {
    expect(refused.filter(({ body }) => JSON.stringify(body).includes(number))).toEqual([]);
    expect(dump.filter(({ text }) => text.includes(number)).map(({ place }) => place)).toEqual([]);
  }
});
