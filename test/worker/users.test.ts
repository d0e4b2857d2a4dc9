import { afterAll, beforeAll, expect, test } from "vitest";
import { type Reply, startService, type TestService } from "../support/service.ts";

const PASSWORD = "a long enough pass phrase";
let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const add = (body: unknown): Promise<Reply> => service.call("/api/admin/users", { as: "admin", body });
const edit = (id: string, body: unknown): Promise<Reply> => service.call(`/api/admin/users/${id}`, { as: "admin", method: "PUT", body });
const signIn = (username: string, password = PASSWORD): Promise<Reply> =>
  service.call("/api/v1/auth/token", { as: null, body: { grant_type: "password", username, password } });
const refresh = (refresh_token: string): Promise<Reply> => service.call("/api/v1/auth/refresh", { as: null, body: { refresh_token } });
const stats = (token: string): Promise<Reply> => service.call("/api/v1/stats", { as: null, headers: { authorization: `Bearer ${token}` } });

test("a user is made, listed and signs in; the name is one of a kind, the password long and not the name", async () => {
  const made = await add({ username: "Ann@Example.com", role: "admin", password: PASSWORD });
  expect(made).toMatchObject({ status: 201, body: { username: "ann@example.com", role: "admin", status: "active", version: 1 } });
  expect(JSON.stringify(made.body)).not.toContain("scrypt");
  expect((await service.call("/api/admin/users", { as: "admin" })).body.users).toMatchObject([{ username: "ann@example.com" }]);
  expect((await signIn("ann@example.com")).status).toBe(200);
  expect(await add({ username: "ann@example.com", role: "readonly", password: PASSWORD })).toMatchObject({
    status: 409,
    body: { code: "name_taken" },
  });
  expect(await add({ username: "short", role: "readonly", password: "too short" })).toMatchObject({ status: 422 });
  expect(await add({ username: "percival", role: "readonly", password: "i am percival of wales" })).toMatchObject({ status: 422 });
  expect(await add({ username: "robot", role: "api_user", password: PASSWORD })).toMatchObject({ status: 422 });
});

test("a new role acts at once: tokens of the old one are refused, and a refresh brings the new", async () => {
  const { id } = (await add({ username: "rosa", role: "analyst", password: PASSWORD })).body;
  const { access_token, refresh_token } = (await signIn("rosa")).body;
  expect((await stats(access_token)).status).toBe(200);
  expect(await edit(id, { role: "readonly" })).toMatchObject({ status: 200, body: { role: "readonly", version: 2 } });
  expect(await stats(access_token)).toMatchObject({ status: 401, body: { code: "token_revoked" } });
  const refreshed = await refresh(refresh_token);
  expect(refreshed).toMatchObject({ status: 200, body: { role: "readonly" } });
  expect((await stats(refreshed.body.access_token)).status).toBe(200);
});

test("a disabled user is out everywhere at once, and comes back only by signing in anew", async () => {
  const { id } = (await add({ username: "dora", role: "analyst", password: PASSWORD })).body;
  const { access_token, refresh_token } = (await signIn("dora")).body;
  expect((await edit(id, { status: "disabled" })).body).toMatchObject({ status: "disabled" });
  expect((await stats(access_token)).status).toBe(401);
  expect((await refresh(refresh_token)).status).toBe(401);
  expect((await signIn("dora")).status).toBe(401);
  expect((await edit(id, { status: "active" })).body).toMatchObject({ status: "active" });
  expect((await refresh(refresh_token)).status).toBe(401);
  expect((await stats((await signIn("dora")).body.access_token)).status).toBe(200);
});

test("a new password ends the sessions of the old", async () => {
  const { id } = (await add({ username: "pia", role: "analyst", password: PASSWORD })).body;
  const { refresh_token } = (await signIn("pia")).body;
  expect((await edit(id, { password: "another long pass phrase" })).status).toBe(200);
  expect((await refresh(refresh_token)).status).toBe(401);
  expect((await signIn("pia")).status).toBe(401);
  expect((await signIn("pia", "another long pass phrase")).status).toBe(200);
});

test("the last admin stays one; an edit of an older version is told what is there now", async () => {
  const { users } = (await service.call("/api/admin/users", { as: "admin" })).body;
  const ann = users.find(({ username }: { username: string }) => username === "ann@example.com");
  for (const change of [{ role: "analyst" }, { status: "disabled" }])
    expect(await edit(ann.id, change)).toMatchObject({ status: 422, body: { errors: [{ code: "last_admin" }] } });
  const { id } = (await add({ username: "vera", role: "analyst", password: PASSWORD })).body;
  await edit(id, { role: "readonly", version: 1 });
  expect(await edit(id, { role: "admin", version: 1 })).toMatchObject({
    status: 409,
    body: { code: "changed_meanwhile", current: { version: 2, role: "readonly" } },
  });
  expect((await edit(id, {})).status).toBe(422);
  expect((await edit("nobody", { role: "admin" })).status).toBe(404);
});

test("names and passwords of staff are not in clear in the audit log", async () => {
  const rows = await service.sql("select * from audit_log where action like 'user.%'");
  expect(rows.length).toBeGreaterThan(5);
  for (const text of [PASSWORD, "another long pass phrase", "ann@example.com", "scrypt"]) expect(JSON.stringify(rows)).not.toContain(text);
});
