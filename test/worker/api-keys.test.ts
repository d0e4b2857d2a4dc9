import { afterAll, beforeAll, expect, test } from "vitest";
import { type Json, type Reply, startService, type TestService } from "../support/service.ts";

const DAY_MS = 86_400_000;
let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
});
afterAll(() => service.close());

const create = (body: unknown): Promise<Reply> => service.call("/api/admin/api-keys", { as: "admin", body });
const act = (id: string, verb: "rotate" | "revoke", body: unknown = {}): Promise<Reply> =>
  service.call(`/api/admin/api-keys/${id}/${verb}`, { as: "admin", body });
const decide = (key: string): Promise<Reply> =>
  service.call("/api/v1/analyze", { as: null, headers: { "x-api-key": key }, body: { type: "PAYMENT", amount: 5 } });
const listed = async (): Promise<Json[]> => (await service.call("/api/admin/api-keys", { as: "admin" })).body.keys;

test("a new key is shown once, works, and ends after 90 days", async () => {
  const { status, body } = await create({ name: "shop" });
  expect(status).toBe(201);
  expect(body).toMatchObject({ name: "shop", role: "api_user", world: "live", scopes: null, created_by: expect.stringMatching(/^local-/) });
  expect(body.key).toMatch(/^tg_live_[0-9A-Za-z]{38}$/);
  expect(Date.parse(body.expires_at) - Date.parse(body.created_at)).toBe(90 * DAY_MS);
  const answer = await decide(body.key);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("tollgate-key-expires")).toBeNull();
  const shown = (await listed()).find(({ id }) => id === body.id);
  expect(shown).toMatchObject({ name: "shop", last4: body.key.slice(-4) });
  expect(JSON.stringify(shown)).not.toContain(body.key);
  expect(Object.keys(shown)).not.toContain("digest");
});

test("a key that ends within 14 days says so with every answer", async () => {
  const { body } = await create({ name: "soon over", expires_in_days: 14 });
  expect((await decide(body.key)).headers.get("tollgate-key-expires")).toBe(body.expires_at);
});

test("scopes narrow a role and never widen it", async () => {
  const { body } = await create({ name: "events only", scopes: ["events.append"] });
  expect(await decide(body.key)).toMatchObject({ status: 403, body: { code: "not_allowed", detail: expect.stringContaining("scopes") } });
  expect(await create({ name: "x", scopes: ["users.manage"] })).toMatchObject({ status: 422, body: { errors: [{ path: "scopes" }] } });
  expect(await create({ name: "x", role: "readonly", scopes: ["no.such"] })).toMatchObject({ status: 422 });
  expect(await create({ name: "x", role: "admin", world: "test" })).toMatchObject({ status: 422, body: { errors: [{ path: "role" }] } });
});

test("a rotated key stays good for the overlap beside its successor, which has its role, scopes and limit", async () => {
  const old = (await create({ name: "to rotate", scopes: ["decide"], requests_per_minute: 500 })).body;
  expect((await decide(old.key)).status).toBe(200);
  const { status, body } = await act(old.id, "rotate", { overlap_hours: 2 });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    name: "to rotate",
    scopes: ["decide"],
    requests_per_minute: 500,
    warnings: [],
    replaces: { id: old.id, rotated_to: body.id },
  });
  expect(Date.parse(body.replaces.expires_at) - Date.parse(body.created_at)).toBe(2 * 3_600_000);
  expect([(await decide(old.key)).status, (await decide(body.key)).status]).toEqual([200, 200]);
  expect(await act(old.id, "rotate")).toMatchObject({ status: 422, body: { errors: [{ code: "key_over" }] } });
  const ended = (await act(body.id, "rotate", { overlap_hours: 0 })).body.replaces;
  expect(JSON.parse(await service.redis(["GET", await mirrorName(ended.id)])).expiresAtMs).toBe(Date.parse(ended.expires_at));
});

test("a revoked key is refused by an instance that never used it, with its tokens, and revoking again is no fault", async () => {
  const { body } = await create({ name: "to revoke" });
  const exchange = { grant_type: "client_credentials", client_id: body.id, client_secret: body.key };
  const token = (await service.call("/api/v1/auth/token", { as: null, body: exchange })).body.access_token;
  const bearer = { as: null, headers: { authorization: `Bearer ${token}` } } as const;
  expect((await service.call("/api/v1/decisions/unknown", bearer)).status).toBe(404);
  expect(await act(body.id, "revoke")).toMatchObject({ status: 200, body: { revoked_at: expect.any(String) } });
  expect(await service.call("/api/v1/decisions/unknown", bearer)).toMatchObject({ status: 401, body: { code: "token_revoked" } });
  expect(JSON.parse(await service.redis(["GET", await mirrorName(body.id)])).revokedAtMs).toBeGreaterThan(0);
  const again = await act(body.id, "revoke");
  expect(again.status).toBe(200);
  const unused = (await create({ name: "never used" })).body;
  await act(unused.id, "revoke");
  expect(await decide(unused.key)).toMatchObject({ status: 401, body: { code: "key_revoked" } });
  expect((await act("nobody", "revoke")).status).toBe(404);
});

test("a revocation that Redis does not hear of says so, and repeating it finishes it", async () => {
  const { body } = await create({ name: "unheard" });
  await decide(body.key);
  service.gateways.upstash.faults.set([{ kind: "refuse", match: "revokedAtMs" }]);
  const delayed = await act(body.id, "revoke");
  service.gateways.upstash.faults.set([]);
  expect(delayed).toMatchObject({ status: 503, body: { code: "revocation_delayed" } });
  expect((await act(body.id, "revoke")).status).toBe(200);
  expect(JSON.parse(await service.redis(["GET", await mirrorName(body.id)])).revokedAtMs).toBeGreaterThan(0);
});

test("of two editors of one version one is told, and every action is in the audit log without the key", async () => {
  const { body } = await create({ name: "contested" });
  expect((await act(body.id, "revoke", { version: 7 })).body).toMatchObject({ code: "changed_meanwhile", current: { version: 1 } });
  const rows = await service.sql("select action, target, details from audit_log where target = $1", [`api_key:${body.id}`]);
  expect(rows).toMatchObject([{ action: "api_key.create" }]);
  expect(JSON.stringify(await service.sql("select * from audit_log"))).not.toContain(body.key);
});

const mirrorName = async (id: string): Promise<string> =>
  `tg:key:${(await service.sql("select digest from api_keys where id = $1", [id]))[0]?.digest}`;
