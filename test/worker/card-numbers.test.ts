import { afterAll, beforeAll, expect, test } from "vitest";
import { createKeyDigest, formatApiKey } from "../../src/core/access/api-key.ts";
import { ROUTES } from "../../src/http/app.ts";
import type { Route } from "../../src/http/route.ts";
import { dumpStores } from "../support/dump-stores.ts";
import { type Call, type Reply, startService, type TestService } from "../support/service.ts";

const NUMBER = "4012888888881881";
/** As people and programs write it. */
const WRITTEN = [NUMBER, "4012 8888 8888 1881", "4012-8888-8888-1881", `paid with ${NUMBER}!`];
/** As it stands in a path or a query. */
const ENCODED = [NUMBER, "4012%208888%208888%201881", "4012-8888-8888-1881", "4012%25208888%25208888%25201881", "%34%30%31%32888888881881"];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const TOO_LARGE = "x".repeat(1_200_000);
const AT_ONCE = 8;

let service: TestService;
let limited: string;
beforeAll(async () => {
  service = await startService({ LOG_LEVEL: "info" });
  await service.publish();
  limited = await aKeyOfOneCall();
});
afterAll(() => service.close());

/** A key that is refused from its second call in a minute. */
async function aKeyOfOneCall(): Promise<string> {
  const key = formatApiKey(
    "live",
    Uint8Array.from({ length: 64 }, (_, i) => (i * 31 + 7) % 248),
  );
  await service.sql(
    "insert into api_keys (digest, id, name, role, world, prefix, last4, requests_per_minute, created_at) values ($1, 'once', 'once', 'admin', 'live', 'tg_', 'last', 1, now())",
    [await createKeyDigest(service.gateways.vars.HASH_SECRET)(key)],
  );
  return key;
}
const STRANGER = formatApiKey(
  "live",
  Uint8Array.from({ length: 64 }, (_, i) => (i * 13 + 5) % 248),
);

type Where = "in the address" | "elsewhere";
/** A call of a route with the number in path and query, or in headers and body alone, each written in a way of its own. */
function callOf(route: Pick<Route, "method" | "path">, where: Where, turn: number, more: Call): readonly [string, Call] {
  const written = (n: number): string => WRITTEN[(turn + n) % WRITTEN.length] ?? NUMBER;
  const encoded = (n: number): string => ENCODED[(turn + n) % ENCODED.length] ?? NUMBER;
  const path =
    where === "elsewhere"
      ? route.path.replace(/\{\w+\}/g, "none")
      : `${route.path.replace(/\{\w+\}/g, encoded(0))}?q=${encoded(1)}&cursor=${encoded(2)}&${encoded(3)}=1`;
  const headers = {
    "user-agent": written(1),
    referer: `https://shop.example/${encoded(0)}`,
    "cf-ray": NUMBER,
    "x-request-id": written(0),
    "idempotency-key": `paid-${written(2)}`,
    "if-match": `"${written(3)}"`,
  };
  const { headers: others, ...call } = more;
  const method = call.method ?? route.method.toUpperCase();
  const body =
    method === "GET" || call.text !== undefined
      ? {}
      : { body: { id: written(1), name: written(2), note: written(3), client_id: written(0), [written(1)]: { deep: [written(2)] } } };
  return [path, { ...body, ...call, method, headers: { ...headers, ...others } }];
}

const otherMethod = ({ path }: Route): string =>
  METHODS.find((method) => !ROUTES.some((route) => route.path === path && route.method.toUpperCase() === method)) ?? "PROPFIND";
const bodyOf = (turn: number): string => `{"note": "${WRITTEN[turn % WRITTEN.length]}"}`;
const addressOf = (turn: number): string => `2001:db8:${(turn % 60_000).toString(16)}::1`;

type Provoked = (route: Route, turn: number) => Call;
/** Ways to be refused. Strangers come from addresses of their own, so that it is not their limit that refuses them. */
const WAYS: Readonly<Record<string, Provoked>> = {
  "without a key": (_, turn) => ({ as: null, headers: { "cf-connecting-ip": addressOf(turn) } }),
  "with a key nobody knows": (_, turn) => ({ as: null, headers: { "x-api-key": STRANGER, "cf-connecting-ip": addressOf(turn) } }),
  "with the number for a key": (_, turn) => ({
    as: null,
    headers: { authorization: `Bearer ${NUMBER}`, "cf-connecting-ip": addressOf(turn) },
  }),
  "by a program": () => ({ as: "api" }),
  "by a reader": () => ({ as: "readonly" }),
  "by an administrator": () => ({ as: "admin" }),
  "by another method": (route, turn) => ({ as: "admin", method: otherMethod(route), headers: { "cf-connecting-ip": addressOf(turn) } }),
  "as text": (_, turn) => ({ as: "admin", text: bodyOf(turn), headers: { "content-type": "text/plain" } }),
  "as broken JSON": (_, turn) => ({ as: "admin", text: bodyOf(turn).slice(0, -1) }),
  "past a limit": () => ({ as: null, headers: { "x-api-key": limited } }),
};

/** Everything that was answered, for the search at the end. */
const answered: { readonly what: string; readonly status: number; readonly text: string }[] = [];
async function ask(what: string, path: string, call: Call): Promise<Reply> {
  const reply = await service.call(path, call);
  const text = `${JSON.stringify(reply.body)} ${JSON.stringify([...reply.headers])}`;
  answered.push({ what: `${what}: ${call.method ?? "GET"} ${path}`, status: reply.status, text });
  return reply;
}
/** Statuses of a way to be refused: of calls whose address has the number, and of those that have it elsewhere alone. */
async function askEach(way: string, provoked: Provoked, routes: readonly Route[] = ROUTES): Promise<Record<Where, number[]>> {
  const seen: Record<Where, Set<number>> = { "in the address": new Set(), elsewhere: new Set() };
  const askOne = async (route: Route, where: Where, turn: number): Promise<void> => {
    const more = provoked(route, turn);
    // `fetch` sends no body with GET.
    const { text, ...withoutText } = more;
    const isBodyless = (more.method ?? route.method.toUpperCase()) === "GET";
    const [path, call] = callOf(route, where, turn, isBodyless ? withoutText : more);
    seen[where].add((await ask(way, path, call)).status);
  };
  for (let from = 0; from < routes.length; from += AT_ONCE)
    await Promise.all(
      routes.slice(from, from + AT_ONCE).flatMap((route, at) => {
        const turn = answered.length + 2 * at;
        return [askOne(route, "in the address", turn), askOne(route, "elsewhere", turn + 1)];
      }),
    );
  return { "in the address": [...seen["in the address"]].sort(), elsewhere: [...seen.elsewhere].sort() };
}

/** Whether a text has the number in it, however it is written or encoded. */
function holdsNumber(text: string): boolean {
  let decoded = text;
  for (let times = 0; times < 4; times++) {
    if (decoded.replace(/(?<=\d)[\s\p{Pd}+]{1,3}(?=\d)/gu, "").includes(NUMBER)) return true;
    decoded = decoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
  return false;
}

test("the search finds the number in each way it is sent", () => {
  expect([...WRITTEN, ...ENCODED].filter((text) => !holdsNumber(`x ${text} y`))).toEqual([]);
});

test("a read of a decision while the key cannot be confirmed is counted by network and leaves no row of the audit log", async () => {
  service.gateways.upstash.faults.set([{ kind: "refuse" }]);
  service.gateways.neon.faults.set([{ kind: "refuse" }]);
  const reply = await ask("unconfirmed", `/api/v1/decisions/${NUMBER}`, { as: null, headers: { "x-api-key": STRANGER } });
  service.gateways.upstash.faults.set([]);
  service.gateways.neon.faults.set([]);
  expect(reply.status).toBe(400);
  await expect
    .poll(() => service.sql("select calls::int from unmatched_calls where request_id = $1", [reply.headers.get("x-request-id")]), {
      timeout: 60_000,
      interval: 250,
    })
    .toEqual([{ calls: 1 }]);
  expect((await service.sql("select t::text as row from audit_log t")).filter(({ row }) => holdsNumber(row))).toEqual([]);
});

test("a card number is answered, stored and logged nowhere, whatever route refuses it and why", async () => {
  const seen: Record<string, Record<Where, number[]>> = {};
  for (const [way, provoked] of Object.entries(WAYS)) seen[way] = await askEach(way, provoked);
  const bodies = ROUTES.filter(({ method }) => method !== "get");
  seen["too large"] = await askEach("too large", () => ({ as: "admin", text: `${bodyOf(0)}${TOO_LARGE}` }), bodies);
  for (const [at, encoded] of ENCODED.entries())
    await ask("unmatched", `/nothing/${encoded}?q=${encoded}`, { as: null, headers: { "cf-connecting-ip": addressOf(at) } });

  service.gateways.upstash.faults.set([{ kind: "refuse" }]);
  seen["without Redis"] = await askEach("without Redis", () => ({ as: "admin" }));
  service.gateways.neon.faults.set([{ kind: "refuse" }]);
  seen["without any store"] = await askEach("without any store", () => ({ as: "admin" }));
  service.gateways.upstash.faults.set([]);
  seen["without Postgres"] = await askEach("without Postgres", () => ({ as: "admin" }));
  service.gateways.neon.faults.set([]);

  const elsewhere = Object.fromEntries(Object.entries(seen).map(([way, { elsewhere: statuses }]) => [way, statuses]));
  expect(elsewhere["without a key"]).toContain(401);
  expect(elsewhere["with a key nobody knows"]).toContain(401);
  expect(elsewhere["by a program"]).toContain(403);
  expect(elsewhere["by a reader"]).toContain(403);
  expect(elsewhere["by an administrator"]).toEqual(expect.arrayContaining([404, 422]));
  expect(elsewhere["by another method"]).toContain(405);
  expect(elsewhere["as text"]).toContain(415);
  expect(elsewhere["as broken JSON"]).toContain(400);
  expect(elsewhere["past a limit"]).toContain(429);
  expect(elsewhere["too large"]).toContain(413);
  expect(elsewhere["without any store"]).toContain(503);
  expect(elsewhere["without Postgres"]).toContain(503);
  // An address with the number is refused before anything is looked up, and counts in the limit of unmatched paths.
  for (const [way, statuses] of Object.entries(seen))
    expect([way, statuses["in the address"].filter((status) => status !== 400 && status !== 429)]).toEqual([way, []]);
  // A defect would be a 500.
  expect(answered.filter(({ status }) => status === 500).map(({ what }) => what)).toEqual([]);

  for (const cron of ["* * * * *", "0 * * * *"]) await service.schedule(cron);
  // What the stores' absence held back arrives with the queue's next try.
  const logged = async (): Promise<number[]> => {
    const { body } = await service.call("/api/admin/audit-logs?limit=5000", { as: "admin" });
    return (body.rows ?? []).map(({ details }: { details: { status?: number } | null }) => details?.status);
  };
  await expect.poll(logged, { timeout: 60_000, interval: 500 }).toEqual(expect.arrayContaining([401, 403, 404, 413, 415, 422, 429, 503]));
  const logs = service.server.getLogs().map((line, at) => ({ place: `log ${at}`, text: JSON.stringify(line) }));
  expect(logs.length).toBeGreaterThan(ROUTES.length);
  expect(answered.filter(({ text }) => holdsNumber(text)).map(({ what, text }) => `${what} ${text.slice(0, 300)}`)).toEqual([]);
  const dump = [...(await dumpStores(service)), ...logs];
  expect(dump.filter(({ text }) => holdsNumber(text)).map(({ place }) => place)).toEqual([]);
}, 600_000);
