import { afterAll, beforeAll, expect, test } from "vitest";
import { hashPassword } from "../../src/adapters/auth/password-hash.ts";
import { type Reply, startService, type TestService } from "../support/service.ts";

const PASSWORD = "a long enough pass phrase";
let service: TestService;
beforeAll(async () => {
  service = await startService();
  await service.publish();
  for (const [name, role] of [
    ["ann", "admin"],
    ["ana", "analyst"],
    ["rea", "readonly"],
    ["gone", "admin"],
  ] as const)
    await service.sql(
      "insert into users (id, username, role, password_hash, created_at, created_by, disabled_at) values ($1, $1, $2, $3, now(), 'test', $4)",
      [name, role, hashPassword(PASSWORD), name === "gone" ? new Date() : null],
    );
});
afterAll(() => service.close());

const post = (path: string, body: unknown, address = "192.0.2.1"): Promise<Reply> =>
  service.call(path, { as: null, body, headers: { "cf-connecting-ip": address } });
const signIn = (username: string, password = PASSWORD): Promise<Reply> =>
  post("/api/v1/auth/token", { grant_type: "password", username, password });
const bearer = (token: string) => ({ as: null, headers: { authorization: `Bearer ${token}` } }) as const;

test("staff sign in with a password and act in their role", async () => {
  const { status, body, headers } = await signIn("  Ana ");
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: "Bearer", expires_in: 900, role: "analyst", refresh_token: expect.stringMatching(/^tgr_/) });
  expect(headers.get("cache-control")).toBe("no-store");
  expect(await service.call("/api/v1/stats", bearer(body.access_token))).toMatchObject({ status: 200 });
  const event = { type: "login", id: "login-1", client_id: "c1" };
  expect(await service.call("/api/v1/events", { ...bearer(body.access_token), body: event })).toMatchObject({
    status: 403,
    body: { code: "not_allowed" },
  });
});

test("a wrong password, a name that nobody has and a disabled user are answered alike", async () => {
  const refused = { status: 401, body: { code: "wrong_credentials", error: "invalid_grant" } };
  expect(await signIn("ann", "something else entirely")).toMatchObject(refused);
  expect(await signIn("nobody")).toMatchObject(refused);
  expect(await signIn("gone")).toMatchObject(refused);
});

test("the eleventh attempt on a name from an address waits, also with the right password, and another name does not", async () => {
  const statuses: number[] = [];
  // One after another: hashing many at once on a slow machine takes longer than a store may.
  for (let attempt = 0; attempt < 12; attempt++) statuses.push((await signIn("rea", "wrong")).status);
  expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
  const waiting = await signIn("rea");
  expect(waiting).toMatchObject({ status: 429, body: { code: "too_many_attempts" } });
  expect(Number(waiting.headers.get("retry-after"))).toBeGreaterThan(60);
  expect((await signIn("ann")).status).toBe(200);
});

test("a program exchanges its key for a token of the same role, as a form with Basic or as JSON", async () => {
  const id = (await service.sql("select id from api_keys where name = 'local api'"))[0]?.id;
  const json = await post("/api/v1/auth/token", { grant_type: "client_credentials", client_id: id, client_secret: service.keys.api });
  expect(json).toMatchObject({ status: 200, body: { role: "api_user", expires_in: 900 } });
  expect(json.body.refresh_token).toBeUndefined();
  const form = await service.call("/api/v1/auth/token", {
    as: null,
    text: "grant_type=client_credentials",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${service.keys.api}`)}`,
    },
  });
  expect(form.status).toBe(200);
  const body = { type: "PAYMENT", amount: 5 };
  expect(await service.call("/api/v1/analyze", { ...bearer(form.body.access_token), body })).toMatchObject({ status: 200 });
  expect(await service.call("/api/v1/stats", bearer(form.body.access_token))).toMatchObject({ status: 403 });
  expect(
    await post("/api/v1/auth/token", { grant_type: "client_credentials", client_id: "other", client_secret: service.keys.api }),
  ).toMatchObject({ status: 401, body: { error: "invalid_client" } });
});

test("an API key is good as a bearer token, and two credentials at once are not", async () => {
  expect((await service.call("/api/v1/stats", bearer(service.keys.readonly))).status).toBe(200);
  const both = { ...bearer(service.keys.readonly), as: "readonly" } as const;
  expect(await service.call("/api/v1/stats", both)).toMatchObject({ status: 400, body: { code: "two_credentials" } });
});

test("two tabs that refresh at once, 200 times, are never signed out", { timeout: 120_000 }, async () => {
  let token = (await signIn("ann")).body.refresh_token;
  for (let i = 0; i < 200; i++) {
    const tabs = await Promise.all([1, 2].map(() => post("/api/v1/auth/refresh", { refresh_token: token }, `198.51.100.${i}`)));
    expect(tabs.map(({ status }) => status)).toEqual([200, 200]);
    token = tabs[i % 2]?.body.refresh_token;
  }
});

test("signing out ends the session at once: its access and refresh tokens are refused", async () => {
  const { access_token, refresh_token } = (await signIn("ana")).body;
  expect((await service.call("/api/v1/stats", bearer(access_token))).status).toBe(200);
  expect(await post("/api/v1/auth/revoke", { token: refresh_token })).toMatchObject({ status: 200, body: { revoked: true } });
  expect(await service.call("/api/v1/stats", bearer(access_token))).toMatchObject({ status: 401, body: { code: "token_revoked" } });
  expect(await post("/api/v1/auth/refresh", { refresh_token })).toMatchObject({ status: 401, body: { error: "invalid_grant" } });
  expect((await post("/api/v1/auth/revoke", { token: "never existed" })).status).toBe(200);
});

test("staff routes and signing in are closed while Redis is down", async () => {
  const { access_token } = (await signIn("ana")).body;
  service.gateways.upstash.faults.set([{ kind: "refuse" }]);
  const [stats, login] = [await service.call("/api/v1/stats", bearer(access_token)), await signIn("ana")];
  service.gateways.upstash.faults.set([]);
  expect(stats).toMatchObject({ status: 503, body: { code: "sessions_unavailable" } });
  expect(login).toMatchObject({ status: 503, body: { code: "unavailable" } });
});

test("no password and no token is stored in clear", async () => {
  const { access_token, refresh_token } = (await signIn("ana")).body;
  const rows = await Promise.all(["users", "sessions", "refresh_tokens", "api_keys"].map((table) => service.sql(`select * from ${table}`)));
  const names = (await service.redis(["KEYS", "*"])) as string[];
  const values = await Promise.all(names.map((name) => service.redis(["DUMP", name])));
  const everything = JSON.stringify(rows) + names.join("\n") + values.join("\n");
  for (const secret of [PASSWORD, access_token, refresh_token]) expect(everything).not.toContain(secret);
});
