import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAccessTokens } from "../../src/adapters/auth/access-tokens.ts";
import { createKeyDigest, formatApiKey } from "../../src/core/access/api-key.ts";
import { ROLES, type Role, VERBS, type Verb } from "../../src/core/access/permission.ts";
import { claimsOf } from "../../src/core/access/token.ts";
import { ROUTES } from "../../src/http/app.ts";
import { startService, type TestService } from "../support/service.ts";

const KEY_OF = {
  admin: "admin",
  analyst: "analyst",
  reviewer: "reviewer",
  readonly: "readonly",
  api_user: "api",
} as const satisfies Record<Role, string>;

const ADMIN: readonly Role[] = ["admin"];
const ANALYST: readonly Role[] = ["admin", "analyst"];
const REVIEWER: readonly Role[] = ["admin", "analyst", "reviewer"];
const STAFF: readonly Role[] = ["admin", "analyst", "reviewer", "readonly"];
const PROGRAM: readonly Role[] = ["admin", "api_user"];
/** Who may use what, written down beside the code's own table. A route without a row fails. */
const MAY: Readonly<Record<string, readonly Role[] | "anyone">> = {
  "get /": "anyone",
  "get /health": "anyone",
  "get /openapi.json": "anyone",
  "get /docs": "anyone",
  // Asks for a key of its own.
  "get /metrics": "anyone",
  "post /api/v1/auth/token": "anyone",
  "post /api/v1/auth/refresh": "anyone",
  "post /api/v1/auth/revoke": "anyone",
  "get /api/v1/me": [...STAFF, "api_user"],
  "put /api/v1/me/password": STAFF,
  "get /api/v1/me/sessions": STAFF,
  "delete /api/v1/me/sessions/{id}": STAFF,
  "post /api/v1/me/second-factor": STAFF,
  "post /api/v1/me/second-factor/confirm": STAFF,
  "post /api/v1/me/second-factor/disable": STAFF,
  "post /api/v1/analyze": [...ANALYST, "api_user"],
  "post /api/v1/batch-analyze": [...ANALYST, "api_user"],
  "post /api/v1/events": PROGRAM,
  "get /api/v1/decisions/{id}": [...STAFF, "api_user"],
  "post /api/v1/decisions/{id}/label": [...REVIEWER, "api_user"],
  "put /api/v1/profiles/{client}": PROGRAM,
  "put /api/v1/features/{entity}/{id}": PROGRAM,
  "get /api/v1/ip/{address}": [...STAFF, "api_user"],
  "get /api/admin/ip-analysis": STAFF,
  "get /api/admin/fraud-lists/sources": STAFF,
  "put /api/admin/fraud-lists/sources/{name}": ANALYST,
  "delete /api/admin/fraud-lists/sources/{name}": ANALYST,
  "get /api/v1/stats": STAFF,
  "post /api/admin/fraud-rules/publish": ANALYST,
  "get /api/admin/fraud-rules": STAFF,
  "post /api/admin/fraud-rules": ANALYST,
  "post /api/admin/fraud-rules/reorder": ANALYST,
  "get /api/admin/fraud-rules/draft": STAFF,
  "put /api/admin/fraud-rules/draft": ANALYST,
  "post /api/admin/fraud-rules/draft/reset": ANALYST,
  "put /api/admin/fraud-rules/defines/{file}/{name}": ANALYST,
  "delete /api/admin/fraud-rules/defines/{file}/{name}": ANALYST,
  "get /api/admin/fraud-rules/features": STAFF,
  "put /api/admin/fraud-rules/features": ANALYST,
  "post /api/admin/fraud-rules/check": ANALYST,
  "post /api/admin/fraud-rules/test": ANALYST,
  "get /api/admin/fraud-rules/history": STAFF,
  "get /api/admin/fraud-rules/versions/{seq}": STAFF,
  "get /api/admin/fraud-rules/diff": STAFF,
  "post /api/admin/fraud-rules/rollback": ANALYST,
  "get /api/admin/fraud-rules/approvals": STAFF,
  "get /api/admin/fraud-rules/approvals/{id}": STAFF,
  "post /api/admin/fraud-rules/approvals/{id}/approve": ANALYST,
  "post /api/admin/fraud-rules/approvals/{id}/reject": ANALYST,
  "get /api/admin/fraud-rules/snoozes": STAFF,
  "post /api/admin/fraud-rules/snoozes": ANALYST,
  "delete /api/admin/fraud-rules/snoozes/{id}": ANALYST,
  "get /api/admin/fraud-rules/{id}": STAFF,
  "put /api/admin/fraud-rules/{id}": ANALYST,
  "delete /api/admin/fraud-rules/{id}": ANALYST,
  "post /api/admin/fraud-rules/{id}/kill": ANALYST,
  "post /api/admin/fraud-rules/simulate": ANALYST,
  "post /api/admin/fraud-rules/backtest": ANALYST,
  "get /api/admin/fraud-rules/backtest/{id}": ANALYST,
  "get /api/admin/fraud-rules/backtests": ANALYST,
  "delete /api/admin/fraud-rules/backtest/{id}": ANALYST,
  "get /api/admin/fraud-rules/stats": STAFF,
  "get /api/admin/fraud-stats": STAFF,
  "get /api/admin/smart-alerts": STAFF,
  "post /api/admin/smart-alerts/{id}/acknowledge": REVIEWER,
  "post /api/admin/smart-alerts/{id}/snooze": REVIEWER,
  "post /api/admin/smart-alerts/{id}/resolve": REVIEWER,
  "get /api/admin/gate/refusals": STAFF,
  "get /api/admin/fraud-blocks": STAFF,
  "post /api/admin/fraud-blocks": ANALYST,
  "get /api/admin/fraud-blocks/{id}": STAFF,
  "patch /api/admin/fraud-blocks/{id}": ANALYST,
  "post /api/admin/fraud-blocks/{id}/unblock": ANALYST,
  "get /api/admin/fraud-whitelist": STAFF,
  "post /api/admin/fraud-whitelist": ANALYST,
  "get /api/admin/fraud-whitelist/{id}": STAFF,
  "patch /api/admin/fraud-whitelist/{id}": ANALYST,
  "delete /api/admin/fraud-whitelist/{id}": ANALYST,
  "get /api/admin/fraud-lists/feeds": STAFF,
  "post /api/admin/fraud-lists/import": ANALYST,
  "delete /api/admin/fraud-lists/feeds/{name}": ANALYST,
  "post /api/admin/fraud-blocks/import": ANALYST,
  "post /api/admin/fraud-whitelist/import": ANALYST,
  "get /api/admin/fraud-lists": STAFF,
  "post /api/admin/fraud-lists": ANALYST,
  "get /api/admin/fraud-lists/{name}": STAFF,
  "put /api/admin/fraud-lists/{name}": ANALYST,
  "delete /api/admin/fraud-lists/{name}": ANALYST,
  "post /api/admin/fraud-lists/{name}/entries": ANALYST,
  "get /api/admin/fraud-reports": STAFF,
  "post /api/admin/fraud-reports": REVIEWER,
  "post /api/admin/fraud-reports/bulk": REVIEWER,
  "get /api/admin/fraud-reports/{id}": STAFF,
  "patch /api/admin/fraud-reports/{id}": REVIEWER,
  "post /api/admin/fraud-reports/{id}/move": REVIEWER,
  "get /api/admin/webhooks": ANALYST,
  "post /api/admin/webhooks": ADMIN,
  "get /api/admin/webhooks/{id}": ANALYST,
  "patch /api/admin/webhooks/{id}": ADMIN,
  "delete /api/admin/webhooks/{id}": ADMIN,
  "post /api/admin/webhooks/{id}/rotate": ADMIN,
  "get /api/admin/webhooks/{id}/deliveries": ANALYST,
  "post /api/admin/webhooks/{id}/test": ADMIN,
  "post /api/admin/webhooks/{id}/deliveries/{delivery}/replay": ADMIN,
  "post /api/admin/webhooks/{id}/replay": ADMIN,
  "get /api/admin/clients/{id}/export": ADMIN,
  "post /api/admin/clients/{id}/erase": ADMIN,
  "get /api/admin/clients/{id}/erase": ADMIN,
  "get /api/admin/fraud-services": STAFF,
  "post /api/admin/fraud-services": ADMIN,
  "get /api/admin/fraud-services/{id}": STAFF,
  "patch /api/admin/fraud-services/{id}": ADMIN,
  "delete /api/admin/fraud-services/{id}": ADMIN,
  "post /api/admin/fraud-services/{id}/test": ANALYST,
  // Asks for a signature.
  "post /hooks/{service}": "anyone",
  "get /api/admin/evidence/{transaction}": STAFF,
  "get /api/admin/evidence/{transaction}/export": ANALYST,
  "put /api/admin/evidence/{transaction}/delivery": ANALYST,
  "post /api/admin/evidence/{transaction}/communications": ANALYST,
  "post /api/admin/evidence/{transaction}/files": ANALYST,
  "get /api/admin/evidence/{transaction}/files/{file}": STAFF,
  "delete /api/admin/evidence/{transaction}/files/{file}": ANALYST,
  "get /api/admin/audit-logs": ADMIN,
  "get /api/admin/audit-logs/anchors": ADMIN,
  "get /api/admin/db-health": STAFF,
  "get /api/admin/api-keys": ADMIN,
  "post /api/admin/api-keys": ADMIN,
  "post /api/admin/api-keys/{id}/rotate": ADMIN,
  "post /api/admin/api-keys/{id}/revoke": ADMIN,
  "get /api/admin/users": ADMIN,
  "post /api/admin/users": ADMIN,
  "put /api/admin/users/{id}": ADMIN,
  "post /api/admin/users/{id}/second-factor/reset": ADMIN,
};

let service: TestService;
let credentials: Credentials;
beforeAll(async () => {
  service = await startService();
  await service.publish();
  credentials = await makeCredentials(service);
});
afterAll(() => service.close());

const nameOf = (route: { readonly path: string; readonly method: string }): string => `${route.method} ${route.path}`;
const url = (path: string): string => path.replace("{entity}", "client").replace(/\{\w+\}/g, "unknown");
const isOwn = ({ verb }: { readonly verb: Verb | null }): boolean => verb === "self.read" || verb === "self.manage";
const guarded = ROUTES.filter((route) => MAY[nameOf(route)] !== "anyone");
const ask = (route: { path: string; method: string }, headers: Record<string, string>) =>
  service.call(url(route.path), {
    as: null,
    method: route.method.toUpperCase(),
    // Each route from an address of its own: a hundred refused calls a minute are an address's limit.
    headers: {
      "cf-connecting-ip": `192.0.2.${1 + ROUTES.findIndex(({ path, method }) => path === route.path && method === route.method)}`,
      ...headers,
    },
    ...(route.method === "get" ? {} : { text: "{}" }),
  });

test("every route of the surface and of its OpenAPI document has a row, and no row is without a route", async () => {
  expect(ROUTES.map(nameOf).sort()).toEqual(Object.keys(MAY).sort());
  const { paths } = (await service.call("/openapi.json", { as: null })).body as { paths: Record<string, Record<string, unknown>> };
  const described = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => nameOf({ path, method })));
  expect(described.sort()).toEqual(Object.keys(MAY).sort());
});

test("who only reads is granted no route that writes, but for their own account", () => {
  const granted = guarded.filter((route) => route.verb !== "self.manage" && MAY[nameOf(route)]?.includes("readonly"));
  expect(new Set(granted.map(({ method }) => method))).toEqual(new Set(["get"]));
});

describe.each(guarded.map((route) => [nameOf(route), route] as const))("%s", (name, route) => {
  test("is refused without a credential", async () => {
    const answer = await ask(route, {});
    expect(answer).toMatchObject({ status: 401, body: { code: "no_key" } });
    expect(answer.headers.get("www-authenticate")).toContain("Bearer");
  });

  test("is refused with a dead credential", async () => {
    for (const [code, headers] of Object.entries(credentials.dead)) {
      const answer = await ask(route, headers);
      expect(answer).toMatchObject({ status: 401, body: { code } });
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  test.each(ROLES)("asks the table what %s may do, by key and by token", async (role) => {
    for (const headers of [{ "x-api-key": service.keys[KEY_OF[role]] }, credentials.tokenOf(role)]) {
      const answer = await ask(route, headers);
      // Who a token speaks of was never made here: of an own account there is nothing.
      if (isOwn(route) && MAY[name]?.includes(role)) expect(answer.body.code).not.toBe("not_allowed");
      else if (MAY[name]?.includes(role)) expect([401, 403]).not.toContain(answer.status);
      else expect(answer).toMatchObject({ status: 403, body: { code: "not_allowed" } });
      expect(answer.status).toBeLessThan(500);
    }
  });

  // Every credential may ask who it is.
  test.skipIf(route.verb === "self.read")("is refused to a token whose scopes leave its verb out", async () => {
    const scopes = VERBS.filter((verb) => verb !== route.verb);
    expect(await ask(route, await credentials.scoped(scopes))).toMatchObject({ status: 403, body: { code: "not_allowed" } });
  });
});

test("no key is stored in clear: neither Postgres nor Redis knows one", async () => {
  const rows = JSON.stringify(await service.sql("select * from api_keys"));
  const names = (await service.redis(["KEYS", "*"])) as string[];
  const values = await Promise.all(names.map((name) => service.redis(["DUMP", name])));
  for (const key of Object.values(service.keys)) {
    expect(rows).not.toContain(key);
    expect(names.join("\n") + values.join("\n")).not.toContain(key);
  }
});

const aKey = (seed: number): string =>
  formatApiKey(
    "live",
    Uint8Array.from({ length: 64 }, (_, i) => (i * 31 + seed) % 248),
  );

interface Credentials {
  /** By the code that refuses them. */
  readonly dead: Readonly<Record<string, Readonly<Record<string, string>>>>;
  tokenOf(role: Role): Record<string, string>;
  scoped(scopes: readonly Verb[]): Promise<Record<string, string>>;
}

async function makeCredentials({ gateways, sql, redis }: TestService): Promise<Credentials> {
  const digest = createKeyDigest(gateways.vars.HASH_SECRET);
  const deadKey = async (seed: number, column: "expires_at" | "revoked_at"): Promise<string> => {
    await sql(
      `insert into api_keys (digest, id, name, role, world, prefix, last4, created_at, ${column}) values ($1, $2, 'dead', 'admin', 'live', 'tg_live_', 'dead', now(), now() - interval '1 minute')`,
      [await digest(aKey(seed)), `dead-${column}`],
    );
    return aKey(seed);
  };
  const tokens = createAccessTokens(gateways.vars.JWT_SECRET);
  const token = async (role: Role, sid: string, issuedAtMs = Date.now(), scopes: Verb[] | null = null): Promise<Record<string, string>> => {
    const who = { sub: "user:test", sid, name: role, role, world: "live", scopes, requests_per_minute: null } as const;
    return { authorization: `Bearer ${await tokens.sign(claimsOf(who, issuedAtMs, null))}` };
  };
  await redis(["SET", "tg:revoked:session:revoked", "1", "PX", "600000"]);
  const byRole = new Map(await Promise.all(ROLES.map(async (role) => [role, await token(role, `of-${role}`)] as const)));
  const forged = createAccessTokens("a secret that the service does not have");
  const claims = { sub: "user:test", sid: "x", name: "x", role: "admin", world: "live", scopes: null, requests_per_minute: null } as const;
  return {
    dead: {
      key_expired: { "x-api-key": await deadKey(1, "expires_at") },
      key_revoked: { "x-api-key": await deadKey(2, "revoked_at") },
      key_unknown: { "x-api-key": aKey(9) },
      key_malformed: { "x-api-key": `${aKey(9).slice(0, -1)}!` },
      token_expired: await token("admin", "old", Date.now() - 3_600_000),
      token_revoked: await token("admin", "revoked"),
      token_malformed: { authorization: `Bearer ${await forged.sign(claimsOf(claims, Date.now(), null))}` },
    },
    tokenOf: (role) => byRole.get(role) ?? {},
    scoped: (scopes) => token("admin", "scoped", Date.now(), [...scopes]),
  };
}
