import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Json, type Reply, startService, type TestService } from "../support/service.ts";
import { type NameServer, startNameServer } from "../support/webhooks/name-server.ts";
import { type Received, type Receiver, startReceiver } from "../support/webhooks/receiver.ts";

const PATH = "/api/admin/webhooks";

let names: NameServer;
let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  names = await startNameServer({
    "inside.shop.example": ["10.0.0.8"],
    "mixed.shop.example": ["93.184.215.14", "::1"],
    "hooks.shop.example": ["93.184.215.14"],
  });
  service = await startService({ DNS_RESOLVER: names.url });
  await service.publish();
});
afterAll(async () => {
  await service.close();
  await names.close();
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await service.sql("truncate webhook_endpoints, webhook_events, webhook_deliveries, webhook_attempts, alerts");
  await receiver.close();
});

const asAdmin = (path: string, method: string, body?: unknown, headers: Record<string, string> = {}) =>
  service.call(`${PATH}${path}`, { as: "admin", method, headers, ...(body === undefined ? {} : { body }) });
const create = (about: Record<string, unknown> = {}): Promise<Reply> =>
  asAdmin("", "POST", { kind: "standard", name: "shop", url: `${receiver.url}/hooks`, types: ["transaction.analyzed"], ...about });
const created = async (about: Record<string, unknown> = {}): Promise<Json> => {
  const made = await create(about);
  expect(made, JSON.stringify(made.body)).toMatchObject({ status: 201 });
  return made.body;
};
const deliveries = async (id: string, query = ""): Promise<Json[]> => (await asAdmin(`/${id}/deliveries${query}`, "GET")).body.deliveries;
const received = async (count: number): Promise<Received[]> => {
  await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(count);
  return receiver.received;
};
const bodies = (): Json[] => receiver.received.map(({ body }) => JSON.parse(body));
const aTransaction = (id: string, about: Record<string, unknown> = {}) => ({
  transaction_id: id,
  type: "PAYMENT",
  amount: 12.5,
  client_id: "c-1",
  ...about,
});

describe("an endpoint", () => {
  test("is made, shown without its secret, changed with its version, and removed", async () => {
    const made = await created();
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { secret: _, ...shown } = made;
    const read = await asAdmin(`/${made.id}`, "GET");
    expect(read.body).toEqual(shown);
    expect(read.headers.get("etag")).toBe('"1"');
    expect((await asAdmin("", "GET")).body).toEqual({ endpoints: [shown] });
    const changed = await asAdmin(`/${made.id}`, "PATCH", { name: "renamed", is_active: false }, { "if-match": '"1"' });
    expect(changed.body).toMatchObject({ name: "renamed", is_active: false, disabled_for: "staff", version: 2 });
    const late = await asAdmin(`/${made.id}`, "PATCH", { name: "late" }, { "if-match": '"1"' });
    expect(late).toMatchObject({ status: 409, body: { code: "changed_meanwhile", current: { name: "renamed", version: 2 } } });
    expect(await asAdmin(`/${made.id}`, "PATCH", { is_active: true })).toMatchObject({ body: { is_active: true, disabled_for: null } });
    expect((await asAdmin(`/${made.id}`, "DELETE")).body).toEqual({ id: made.id });
    expect(await asAdmin(`/${made.id}`, "GET")).toMatchObject({ status: 404, body: { code: "not_found" } });
  });

  test("keeps its secret out of Postgres and of the audit log", async () => {
    const made = await created();
    const token = "telegram-token-of-the-shop";
    await created({ kind: "email", name: "mail", secret: token, settings: { to: "ops@shop.example", from: "tollgate@shop.example" } });
    const rows = await service.sql(
      "select (select json_agg(e) from webhook_endpoints e)::text || (select json_agg(a) from audit_log a)::text as all",
    );
    expect(rows[0]?.all).not.toContain(made.secret.slice(6));
    expect(rows[0]?.all).not.toContain(token);
    const log = await service.call("/api/admin/audit-logs?action=webhook_endpoint.create", { as: "admin" });
    expect(JSON.stringify(log.body)).not.toContain("ops@shop.example");
  });

  test("of a name that is in use is refused", async () => {
    await created();
    expect(await create()).toMatchObject({ status: 409, body: { code: "name_taken" } });
    expect(await create({ livemode: false })).toMatchObject({ status: 201 });
  });

  test.each([
    ["https://inside.shop.example/", "does not stand for an address of the internet"],
    ["https://mixed.shop.example/", "does not stand for an address of the internet"],
    ["https://nowhere.shop.example/", "has no address"],
    ["https://2130706433/", "is not an address of the internet"],
    ["https://localhost./", "is not a name of the internet"],
    ["http://hooks.shop.example/", "must begin with `https://`"],
    ["https://user:pw@hooks.shop.example/", "must not hold a user name"],
  ])("is refused at %s", async (url, sentence) => {
    const refused = await create({ url });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: "url", code: "bad_target" }] } });
    expect(refused.body.detail).toContain(sentence);
  });

  test("cannot be moved to an address inside either", async () => {
    const made = await created({ url: "https://hooks.shop.example/" });
    expect(await asAdmin(`/${made.id}`, "PATCH", { url: "https://inside.shop.example/" })).toMatchObject({ status: 422 });
    names.addresses["hooks.shop.example"] = ["169.254.169.254"];
    await asAdmin(`/${made.id}/test`, "POST", {});
    await expect.poll(async () => (await deliveries(made.id))[0]?.attempts[0]?.outcome, { timeout: 20_000 }).toBe("internal_address");
    names.addresses["hooks.shop.example"] = ["93.184.215.14"];
  });

  test("while nobody resolves names none is taken, and none is sent to", async () => {
    names.isAway = true;
    expect(await create({ url: "https://hooks.shop.example/" })).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining("dns") },
    });
    names.isAway = false;
  });

  test("tells what does not fit its kind", async () => {
    expect(await create({ kind: "sms", secret: "12345678", settings: { to: "030 1234", from: "x" } })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "settings.to", message: "must be a phone number as `+49301234567`" }] },
    });
    expect(await create({ kind: "fax" })).toMatchObject({ status: 422 });
    expect(await create({ types: ["transaction.analysed"] })).toMatchObject({ status: 422, body: { errors: [{ path: "types[0]" }] } });
  });
});

describe("events", () => {
  test("of decisions reach who subscribed, signed, and once", async () => {
    const made = await created({ types: ["transaction.analyzed", "fraud.detected", "risk.high"] });
    await service.call("/api/admin/fraud-blocks", { as: "admin", body: { type: "user", targetId: "c-bad", reason: "known", for: "1h" } });
    for (const client_id of ["c-1", "c-bad", "c-bad"])
      await service.call("/api/v1/analyze", { body: aTransaction(`of ${client_id}`, { client_id }) });
    const got = await received(3);
    for (const { body, headers } of got) new Webhook(made.secret).verify(body, headers as Record<string, string>);
    const told = bodies().map(({ type, data }) => `${type} ${data.transaction_id} ${data.outcome}`);
    expect(told.sort()).toEqual([
      "fraud.detected of c-bad block",
      "transaction.analyzed of c-1 allow",
      "transaction.analyzed of c-bad block",
    ]);
    expect(JSON.stringify(bodies())).not.toContain('"mode":"shadow"');
    const log = await deliveries(made.id, "?status=delivered&type=fraud.detected");
    expect(log).toMatchObject([
      { type: "fraud.detected", next_attempt_at: null, attempts: [{ number: 1, outcome: "delivered", response_status: 204 }] },
    ]);
  });

  test("of the test world stay there", async () => {
    await created();
    await service.call("/api/v1/analyze", { as: "test", body: aTransaction("of the test world") });
    await service.call("/api/v1/analyze", { body: aTransaction("of the live world") });
    await received(1);
    expect(bodies()).toMatchObject([{ livemode: true, data: { transaction_id: "of the live world" } }]);
  });

  test("of staff are told with what they did", async () => {
    await created({ types: ["ruleset.published", "block.created"] });
    const published = await service.publish();
    const block = await service.call("/api/admin/fraud-blocks", {
      as: "admin",
      body: { type: "ip", targetId: "198.51.100.77", reason: "noise", for: "1h" },
    });
    await service.schedule("* * * * *");
    await received(2);
    const told = new Map(bodies().map(({ type, data }) => [type, data]));
    expect(told.get("ruleset.published")).toMatchObject({ seq: published.body.seq, kind: "publish" });
    expect(told.get("block.created")).toMatchObject({
      block_id: block.body.id,
      target: "ip",
      verdict: "block",
      source: "staff",
      reason: "noise",
    });
  });

  test("that are switched off wait, and can be replayed with what was missed", async () => {
    const made = await created();
    await created({ name: "other" });
    await asAdmin(`/${made.id}`, "PATCH", { is_active: false });
    const from = new Date(Date.now() - 60_000).toISOString();
    await service.call("/api/v1/analyze", { body: aTransaction("missed") });
    await received(1);
    expect(await deliveries(made.id)).toEqual([]);
    const to = new Date(Date.now() + 60_000).toISOString();
    expect(await asAdmin(`/${made.id}/replay`, "POST", { from, to })).toMatchObject({
      status: 422,
      body: { errors: [{ code: "endpoint_disabled" }] },
    });
    await asAdmin(`/${made.id}`, "PATCH", { is_active: true });
    expect(await asAdmin(`/${made.id}/replay`, "POST", { from, to })).toMatchObject({ status: 202 });
    await received(2);
    const [delivery] = await deliveries(made.id);
    const again = await asAdmin(`/${made.id}/deliveries/${delivery.id}/replay`, "POST", {});
    expect(again).toMatchObject({ status: 202, body: { delivery: delivery.id } });
    await received(3);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    await expect.poll(async () => (await deliveries(made.id))[0]?.attempts.length, { timeout: 20_000 }).toBe(2);
  });

  test("of an alert are told once, however often it is raised", async () => {
    await created({ types: ["alert.raised"] });
    const inactive = await created({ name: "gone", types: ["block.created"], url: receiver.url });
    receiver.says = ({ body }) => ({ status: body.includes('"ping"') ? 410 : 204 });
    await asAdmin(`/${inactive.id}/test`, "POST", {});
    await expect.poll(async () => (await asAdmin(`/${inactive.id}`, "GET")).body.disabled_for, { timeout: 20_000 }).toBe("gone");
    await service.schedule("* * * * *");
    await received(2);
    const [alert] = (await service.call("/api/admin/smart-alerts", { as: "admin" })).body.alerts;
    expect(alert).toMatchObject({ kind: "webhook_disabled", times_seen: 1 });
    expect(bodies()[1]).toMatchObject({
      type: "alert.raised",
      data: { id: alert.id, kind: "webhook_disabled", severity: "medium", title: alert.title },
    });
  });
});

describe("a secret", () => {
  test("that is rotated signs beside the new one", async () => {
    const made = await created();
    const rotated = await asAdmin(`/${made.id}/rotate`, "POST", {});
    expect(rotated).toMatchObject({ status: 200, body: { version: 2, previous_secret_until: expect.any(String) } });
    await asAdmin(`/${made.id}/test`, "POST", {});
    const [got] = await received(1);
    for (const secret of [made.secret, rotated.body.secret])
      new Webhook(secret).verify(got?.body ?? "", got?.headers as Record<string, string>);
    const ended = await asAdmin(`/${made.id}/rotate`, "POST", { overlap_hours: 0 });
    await asAdmin(`/${made.id}/test`, "POST", {});
    const [, after] = await received(2);
    const verify = (secret: string) => new Webhook(secret).verify(after?.body ?? "", after?.headers as Record<string, string>);
    expect(verify(ended.body.secret)).toMatchObject({ type: "ping" });
    expect(() => verify(rotated.body.secret)).toThrow("signature");
  });

  test("of another service is the caller's to bring", async () => {
    const mail = await created({
      kind: "email",
      name: "mail",
      secret: "first-token",
      settings: { to: "ops@shop.example", from: "t@shop.example" },
    });
    expect(mail).toMatchObject({ secret: null, settings: { to: "ops@shop.example", encoding: "json" } });
    expect(await asAdmin(`/${mail.id}/rotate`, "POST", {})).toMatchObject({ status: 422, body: { errors: [{ path: "secret" }] } });
    await asAdmin(`/${mail.id}/rotate`, "POST", { secret: "second-token" });
    await asAdmin(`/${mail.id}/test`, "POST", {});
    const [got] = await received(1);
    expect(got?.headers.authorization).toBe("Bearer second-token");
    expect(JSON.parse(got?.body ?? "")).toMatchObject({ to: "ops@shop.example", subject: "[Tollgate] this is a test" });
  });

  test("that is a Slack address is shown by its host alone", async () => {
    const slack = await created({ kind: "slack", name: "slack", url: `${receiver.url}/services/T0/B0/hidden` });
    expect(slack.url).toBe(`${receiver.url}/…`);
    await asAdmin(`/${slack.id}/test`, "POST", {});
    expect((await received(1))[0]?.path).toBe("/services/T0/B0/hidden");
    const log = await service.call("/api/admin/audit-logs?action=webhook_endpoint.create", { as: "admin" });
    expect(JSON.stringify([log.body, (await asAdmin("", "GET")).body])).not.toContain("hidden");
  });
});
