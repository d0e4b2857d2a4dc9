import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PERMISSIONS, type Role, STAFF_ROLES, VERBS, type Verb } from "../../src/core/access/permission.ts";
import { type Json, type Reply, startService, type TestService } from "../support/service.ts";

const PASSWORD = "a long enough pass phrase";
let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const post = (path: string, key: string, body: unknown = {}, method = "POST"): Promise<Reply> =>
  service.call(path, { as: null, method, headers: { "x-api-key": key }, body });
const KEYS = "/api/admin/api-keys";
const USERS = "/api/admin/users";
const create = (key: string, body: unknown): Promise<Reply> => post(KEYS, key, body);
/** An admin's key with these scopes. */
const scoped = async (...scopes: Verb[]): Promise<Json> => {
  const made = await create(service.keys.admin, { name: `scoped to ${scopes.length} verbs`, role: "admin", scopes });
  expect(made.status).toBe(201);
  return made.body;
};
const exceeds = (...missing: Verb[]) => ({
  status: 403,
  body: { code: "exceeds_credential", missing: missing.length === 0 ? expect.any(Array) : missing },
});

describe("a key that only manages keys", () => {
  test("makes no unscoped key of any role, and is told what it lacks", async () => {
    const { key } = await scoped("keys.manage");
    for (const role of ["admin", "analyst", "reviewer", "readonly", "api_user"] as const) {
      const refused = await create(key, { name: "more", role });
      expect(refused).toMatchObject(exceeds());
      const lacked = [...PERMISSIONS[role]].filter((verb) => verb !== "keys.manage" && !verb.startsWith("self."));
      expect(refused.body.missing).toEqual(lacked);
      expect(refused.body.detail).toContain(`\`${lacked[0]}\``);
    }
    expect(await create(key, { name: "a verb it lacks", scopes: ["decide"] })).toMatchObject(exceeds("decide"));
    expect(await create(key, { name: "its like", role: "admin", scopes: ["keys.manage"] })).toMatchObject({ status: 201 });
  });

  test("neither rotates, sees nor revokes a stronger key", async () => {
    const { key } = await scoped("keys.manage");
    const strong = (await create(service.keys.admin, { name: "strong", role: "analyst" })).body;
    const rotated = await post(`${KEYS}/${strong.id}/rotate`, key);
    expect(rotated).toMatchObject(exceeds());
    expect(rotated.body.key).toBeUndefined();
    expect(await post(`${KEYS}/${strong.id}/revoke`, key)).toMatchObject(exceeds());
    const [row] = await service.sql("select rotated_to, revoked_at from api_keys where id = $1", [strong.id]);
    expect(row).toEqual({ rotated_to: null, revoked_at: null });
  });

  test("rotates and revokes itself", async () => {
    const { id, key } = await scoped("keys.manage");
    const rotated = await post(`${KEYS}/${id}/rotate`, key);
    expect(rotated).toMatchObject({ status: 201, body: { scopes: ["keys.manage"] } });
    expect((await post(`${KEYS}/${rotated.body.id}/revoke`, rotated.body.key)).status).toBe(200);
  });

  test("hands out what its scopes include, verb by verb", async () => {
    const { key } = await scoped("keys.manage", "decide", "stats.read");
    for (const verb of VERBS) {
      if (verb.startsWith("self.")) continue;
      const made = await create(key, { name: verb, role: "admin", scopes: [verb] });
      expect([verb, made.status]).toEqual([verb, ["keys.manage", "decide", "stats.read"].includes(verb) ? 201 : 403]);
    }
  });
});

describe("a key that only manages users", () => {
  const newUser = (username: string, role: Role) => ({ username, role, password: PASSWORD });

  test("makes no user of any role, changes none, and resets no second factor", async () => {
    const { key } = await scoped("users.manage");
    for (const role of STAFF_ROLES) {
      expect(await post(USERS, key, newUser(`made-${role}`, role))).toMatchObject(exceeds());
      const user = (await post(USERS, service.keys.admin, newUser(`there-${role}`, role))).body;
      for (const change of [{ role: "admin" }, { role: "readonly" }, { password: "another long pass phrase" }, { status: "disabled" }])
        expect(await post(`${USERS}/${user.id}`, key, change, "PUT")).toMatchObject(exceeds());
    }
  });

  test("with a reader's verbs makes readers, and raises none of them", async () => {
    const { key } = await scoped("users.manage", ...PERMISSIONS.readonly);
    const made = await post(USERS, key, newUser("reader", "readonly"));
    expect(made.status).toBe(201);
    const raised = await post(`${USERS}/${made.body.id}`, key, { role: "reviewer" }, "PUT");
    expect(raised).toMatchObject(exceeds("decisions.label", "alerts.handle", "reports.handle", "reports.bulk"));
    expect((await post(`${USERS}/${made.body.id}`, key, { status: "disabled" }, "PUT")).status).toBe(200);
    expect((await post(`${USERS}/${made.body.id}`, key, { status: "active" }, "PUT")).status).toBe(200);
  });

  test("does not bring a disabled admin back", async () => {
    const { key } = await scoped("users.manage", ...PERMISSIONS.readonly);
    const { id } = (await post(USERS, service.keys.admin, newUser("sleeping", "admin"))).body;
    await post(USERS, service.keys.admin, newUser("awake", "admin"));
    expect((await post(`${USERS}/${id}`, service.keys.admin, { status: "disabled" }, "PUT")).status).toBe(200);
    expect(await post(`${USERS}/${id}`, key, { status: "active" }, "PUT")).toMatchObject(exceeds());
  });
});

test("a token of a scoped key is held to the same scopes", async () => {
  const { id, key } = await scoped("keys.manage");
  const body = { grant_type: "client_credentials", client_id: id, client_secret: key };
  const { access_token } = (await service.call("/api/v1/auth/token", { as: null, body })).body;
  const headers = { authorization: `Bearer ${access_token}` };
  expect(await service.call(KEYS, { as: null, headers, body: { name: "more", role: "admin" } })).toMatchObject(exceeds());
});

test("a webhook tells nobody what its maker may not read", async () => {
  const { key } = await scoped("webhooks.manage", "webhooks.read", "alerts.read");
  const hook = (types: string[]) => ({ kind: "standard", name: "hook", url: "https://example.com/hook", types });
  expect(await post("/api/admin/webhooks", key, hook(["transaction.analyzed", "alert.raised"]))).toMatchObject(exceeds("decisions.read"));
  expect(await post("/api/admin/webhooks", key, hook(["ruleset.published"]))).toMatchObject(exceeds("rules.read"));
});

test("an external service writes nothing that its maker may not write", async () => {
  const { key } = await scoped("services.manage", "decisions.read");
  const settings = {
    url: "https://checks.example.com/v1?ip={ip_address}",
    answers: { score: { path: "score", type: "number" } },
    postback: { effect: { kind: "label", transaction: "id", label: "verdict", map: { bad: "fraud" } } },
  };
  expect(await post("/api/admin/fraud-services", key, { id: "labeller", settings })).toMatchObject(exceeds("decisions.label"));
  const plain = await scoped("services.manage");
  expect(await post("/api/admin/fraud-services", plain.key, { id: "reader", settings: { ...settings, postback: null } })).toMatchObject(
    exceeds("decisions.read"),
  );
});

test("a dry run asks for its own verb, whatever the role has", async () => {
  const { key } = await scoped("decide");
  expect(await post("/api/v1/analyze?dryRun=true", key, { type: "PAYMENT", amount: 5 })).toMatchObject({ status: 403 });
});
