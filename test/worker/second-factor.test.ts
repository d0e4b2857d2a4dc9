import { afterAll, beforeAll, expect, test } from "vitest";
import { fromBase32, totpCode, totpStep } from "../../src/core/access/totp.ts";
import { type Reply, startService, type TestService } from "../support/service.ts";

const PASSWORD = "a long enough pass phrase";
let service: TestService;
beforeAll(async () => {
  service = await startService({ SECOND_FACTOR_ROLES: "analyst" });
});
afterAll(() => service.close());

let addresses = 0;
const address = (): string => {
  addresses = (addresses % 250) + 1;
  return `198.51.100.${addresses}`;
};
const send = (path: string, token: string, body?: unknown, method?: string): Promise<Reply> =>
  service.call(path, {
    as: null,
    headers: { authorization: `Bearer ${token}`, "cf-connecting-ip": address() },
    ...(method === undefined ? {} : { method }),
    ...(body === undefined ? {} : { body }),
  });
const signIn = (username: string, more: Record<string, unknown> = {}): Promise<Reply> =>
  service.call("/api/v1/auth/token", {
    as: null,
    headers: { "cf-connecting-ip": address() },
    body: { grant_type: "password", username, password: PASSWORD, ...more },
  });
const add = async (username: string, role: string): Promise<string> => {
  const made = await service.call("/api/admin/users", { as: "admin", body: { username, role, password: PASSWORD } });
  expect(made.status).toBe(201);
  return made.body.id;
};
const codeOf = (secret: string, skew: number): Promise<string> => totpCode(fromBase32(secret), totpStep(Date.now()) + skew);

/** Enrols with the code of the step before, so that this step's and the next one's are still good. */
async function enrol(token: string): Promise<{ secret: string; codes: string[] }> {
  const started = await send("/api/v1/me/second-factor", token, { password: PASSWORD });
  expect(started).toMatchObject({ status: 201, body: { uri: expect.stringContaining("otpauth://totp/") } });
  const confirmed = await send("/api/v1/me/second-factor/confirm", token, { code: await codeOf(started.body.secret, -1) });
  expect(confirmed.status).toBe(200);
  return { secret: started.body.secret, codes: confirmed.body.recovery_codes };
}

test("a user enrols, then signs in with a code, once with each; a recovery code works once", async () => {
  await add("zoe", "readonly");
  const { access_token } = (await signIn("zoe")).body;
  expect((await send("/api/v1/me", access_token)).body.second_factor).toEqual({ enabled: false, required: false, recovery_codes_left: 0 });
  expect(await send("/api/v1/me/second-factor", access_token, { password: "not the right one" })).toMatchObject({
    status: 422,
    body: { errors: [{ code: "wrong_password", path: "password" }] },
  });
  const { secret, codes } = await enrol(access_token);
  expect(codes).toHaveLength(10);
  expect((await send("/api/v1/me", access_token)).body.second_factor).toMatchObject({ enabled: true, recovery_codes_left: 10 });

  expect(await signIn("zoe")).toMatchObject({ status: 401, body: { code: "second_factor_required", error: "invalid_grant" } });
  expect(await signIn("zoe", { password: "wrong", code: await codeOf(secret, 0) })).toMatchObject({ body: { code: "wrong_credentials" } });
  expect(await signIn("zoe", { code: "abcdef" })).toMatchObject({ status: 401, body: { code: "wrong_code" } });
  const code = await codeOf(secret, 1);
  const both = await Promise.all([signIn("zoe", { code }), signIn("zoe", { code })]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  expect(await signIn("zoe", { code })).toMatchObject({ status: 401, body: { code: "wrong_code" } });
  const recovered = await Promise.all([signIn("zoe", { code: codes[0] }), signIn("zoe", { code: codes[0]?.toUpperCase() })]);
  expect(recovered.map(({ status }) => status).sort()).toEqual([200, 401]);
  expect((await signIn("zoe", { code: codes[0] })).status).toBe(401);
  expect((await signIn("zoe", { code: codes[1] })).status).toBe(200);
});

test("neither secret nor recovery codes are stored in clear", async () => {
  await add("ines", "readonly");
  const { secret, codes } = await enrol((await signIn("ines")).body.access_token);
  const tables = ["users", "recovery_codes", "audit_log", "sessions"];
  const rows = JSON.stringify(await Promise.all(tables.map((table) => service.sql(`select * from ${table}`))));
  for (const text of [secret, ...codes, ...codes.map((text) => text.replace("-", ""))]) expect(rows).not.toContain(text);
});

test("a second factor is switched off by password and code, not by one of them", async () => {
  await add("omar", "readonly");
  const { access_token } = (await signIn("omar")).body;
  const { secret, codes } = await enrol(access_token);
  const off = (body: unknown) => send("/api/v1/me/second-factor/disable", access_token, body);
  expect(await off({ password: "wrong", code: await codeOf(secret, 0) })).toMatchObject({ body: { errors: [{ code: "wrong_password" }] } });
  expect(await off({ password: PASSWORD, code: "000000" })).toMatchObject({ status: 422, body: { errors: [{ code: "wrong_code" }] } });
  expect((await off({ password: PASSWORD })).status).toBe(422);
  expect((await off({ password: PASSWORD, code: codes[3] })).status).toBe(200);
  expect((await signIn("omar")).status).toBe(200);
});

test("a role that must have a second factor does nothing before it has one", async () => {
  await add("nora", "analyst");
  const first = await signIn("nora");
  expect(first).toMatchObject({ status: 200, body: { limited_for: "second_factor_required" } });
  expect(await send("/api/v1/stats", first.body.access_token)).toMatchObject({ status: 403, body: { code: "not_allowed" } });
  expect((await send("/api/v1/me", first.body.access_token)).body).toMatchObject({ verbs: ["self.read", "self.manage"] });
  await enrol(first.body.access_token);
  const refreshed = await service.call("/api/v1/auth/refresh", { as: null, body: { refresh_token: first.body.refresh_token } });
  expect(refreshed.body.limited_for).toBeUndefined();
  expect((await send("/api/v1/stats", refreshed.body.access_token)).status).toBe(200);
});

test("an admin resets another's second factor, which ends their sessions and is audited", async () => {
  const id = await add("lena", "readonly");
  const { access_token, refresh_token } = (await signIn("lena")).body;
  await enrol(access_token);
  const { users } = (await service.call("/api/admin/users", { as: "admin" })).body;
  expect(users.find((user: { id: string }) => user.id === id)).toMatchObject({ second_factor: true });
  const reset = (as: "admin" | "analyst") => service.call(`/api/admin/users/${id}/second-factor/reset`, { as, body: {} });
  expect((await reset("analyst")).status).toBe(403);
  expect(await reset("admin")).toMatchObject({ status: 200, body: { second_factor: false } });
  expect((await send("/api/v1/me", access_token)).status).toBe(401);
  expect((await service.call("/api/v1/auth/refresh", { as: null, body: { refresh_token } })).status).toBe(401);
  expect((await signIn("lena")).status).toBe(200);
  const rows = await service.sql("select action from audit_log where target = $1 order by seq", [`user:${id}`]);
  expect(rows.map(({ action }) => action)).toEqual([
    "user.create",
    "user.start_second_factor",
    "user.confirm_second_factor",
    "user.reset_second_factor",
  ]);
});

test("me says who calls, a person or a key, and a scoped key too", async () => {
  await add("mia", "reviewer");
  const { access_token } = (await signIn("mia")).body;
  expect((await send("/api/v1/me", access_token)).body).toMatchObject({
    kind: "user",
    name: "mia",
    role: "reviewer",
    world: "live",
    currency: "EUR",
    time_zone: expect.any(String),
    version: expect.any(String),
    verbs: expect.arrayContaining(["reports.handle", "decisions.label"]),
  });
  const made = await service.call("/api/admin/api-keys", { as: "admin", body: { name: "scoped", scopes: ["decide"] } });
  const me = await service.call("/api/v1/me", { as: null, headers: { "x-api-key": made.body.key } });
  expect(me).toMatchObject({ status: 200, body: { kind: "key", verbs: ["decide", "self.read"], session_id: null, second_factor: null } });
  const body = { current_password: PASSWORD, new_password: "another long pass phrase" };
  const keyed = await service.call("/api/v1/me/password", { as: "admin", method: "PUT", body });
  expect(keyed).toMatchObject({ status: 403, body: { code: "not_a_user" } });
});

test("one's own password is changed by the old one, refused when weak, and ends the other sessions", async () => {
  await add("ruth.stein", "readonly");
  const [mine, other] = [(await signIn("ruth.stein")).body, (await signIn("ruth.stein")).body];
  const change = (new_password: string, current_password = PASSWORD) =>
    send("/api/v1/me/password", mine.access_token, { current_password, new_password }, "PUT");
  expect(await change("another long pass phrase", "wrong")).toMatchObject({ status: 422, body: { errors: [{ code: "wrong_password" }] } });
  for (const weak of ["passwordpassword", "123456789012345", "nietshtur likes to read", "ruth.st3in likes to read"])
    expect(await change(weak)).toMatchObject({ status: 422, body: { errors: [{ code: "weak_password", path: "new_password" }] } });
  expect((await send("/api/v1/me/sessions", mine.access_token)).body.sessions).toHaveLength(2);
  expect(await change("another long pass phrase")).toMatchObject({ status: 200, body: { changed: true, ended_sessions: 1 } });
  expect((await send("/api/v1/me", mine.access_token)).status).toBe(200);
  expect((await send("/api/v1/me", other.access_token)).status).toBe(401);
  expect((await service.call("/api/v1/auth/refresh", { as: null, body: { refresh_token: other.refresh_token } })).status).toBe(401);
  expect((await signIn("ruth.stein")).status).toBe(401);
  expect((await signIn("ruth.stein", { password: "another long pass phrase" })).status).toBe(200);
});

test("one ends one's own sessions, and nobody else's", async () => {
  await add("gil", "readonly");
  await add("kim", "readonly");
  const [first, second, stranger] = [(await signIn("gil")).body, (await signIn("gil")).body, (await signIn("kim")).body];
  const listed = (await send("/api/v1/me/sessions", first.access_token)).body.sessions;
  const other = listed.find(({ current }: { current: boolean }) => !current);
  expect(listed.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
  expect((await send(`/api/v1/me/sessions/${other.id}`, stranger.access_token, undefined, "DELETE")).status).toBe(404);
  expect((await send(`/api/v1/me/sessions/${other.id}`, first.access_token, undefined, "DELETE")).status).toBe(200);
  expect((await send("/api/v1/me", second.access_token)).status).toBe(401);
  expect((await send("/api/v1/me", stranger.access_token)).status).toBe(200);
  expect((await send(`/api/v1/me/sessions/${other.id}`, first.access_token, undefined, "DELETE")).status).toBe(404);
});

test("an account that is guessed from sixteen networks is slowed down, and its owner's device is not", async () => {
  await add("target", "readonly");
  const owner = (await signIn("target")).body;
  const from = (username: string, address: string, more: Record<string, unknown> = {}) =>
    service.call("/api/v1/auth/token", {
      as: null,
      headers: { "cf-connecting-ip": address },
      body: { grant_type: "password", username, password: "wrong", ...more },
    });
  const statuses: number[] = [];
  let waiting: Reply | null = null;
  for (let network = 0; network < 16; network++)
    for (let attempt = 0; attempt < 4; attempt++) {
      const reply = await from("target", `2001:db8:77:${network.toString(16)}::1`);
      statuses.push(reply.status);
      if (reply.status === 429) waiting = reply;
    }
  expect(statuses.slice(0, 29)).toEqual(Array(29).fill(401));
  expect(statuses.filter((status) => status === 401).length).toBeLessThan(45);
  expect(waiting?.body).toMatchObject({ code: "too_many_attempts" });
  expect(Number(waiting?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(Number(waiting?.headers.get("retry-after"))).toBeLessThanOrEqual(30);
  const right = { password: PASSWORD, device_token: owner.device_token };
  expect((await from("target", "2001:db8:77:1::1", right)).status).toBe(200);
  // Neither a forged token nor another user's helps.
  await add("helper", "readonly");
  const foreign = (await signIn("helper")).body.device_token;
  for (const device_token of [`${owner.device_token}x`, owner.access_token, foreign])
    expect((await from("target", "203.0.113.77", { device_token })).status).toBe(429);
  // A revoked one is like none.
  await service.sql("delete from sign_in_devices where user_id = (select id from users where username = 'target')");
  expect((await from("target", "203.0.113.77", right)).status).toBe(429);
});
