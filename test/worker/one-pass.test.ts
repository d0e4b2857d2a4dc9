import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createKeyDigest, formatApiKey, type World } from "../../src/core/access/api-key.ts";
import { type Call, type Json, type Reply, startService, type TestService } from "../support/service.ts";

const CHAINED = "chained";
const SHOP = "https://shop.example";
const ANALYZE = "/api/v1/analyze";
const EVENTS = "/api/v1/events";

/** Who asks, and through which Worker; the same requests must get the same answers. */
interface Side {
  readonly name: "pass" | "link";
  readonly instance?: string;
  readonly address: string;
}
const SIDES: readonly [Side, Side] = [
  { name: "pass", address: "203.0.113.10" },
  { name: "link", instance: CHAINED, address: "203.0.113.20" },
];

let service: TestService;
const keys = new Map<string, string>();
const keyOf = (side: Side, kind: string): string => keys.get(`${side.name} ${kind}`) ?? "";

beforeAll(async () => {
  service = await startService({ LOG_LEVEL: "info", CORS_ORIGINS: SHOP }, [
    { name: CHAINED, main: "test/worker/inside/chained-worker.ts" },
  ]);
  const insert = async (side: Side, kind: string, world: World, perMinute: number | null, scopes: string | null): Promise<void> => {
    const seed = keys.size + 1;
    const key = formatApiKey(
      world,
      Uint8Array.from({ length: 64 }, (_, i) => (i * 41 + seed * 13) % 248),
    );
    keys.set(`${side.name} ${kind}`, key);
    await service.sql(
      "insert into api_keys (digest, id, name, role, world, scopes, prefix, last4, requests_per_minute, created_at) values ($1, $2, $3, 'api_user', $4, $5, 'tg_', 'last', $6, now())",
      [await createKeyDigest(service.gateways.vars.HASH_SECRET)(key), `${side.name}-${kind}`, kind, world, scopes, perMinute],
    );
  };
  for (const side of SIDES) {
    await insert(side, "live", "live", null, null);
    await insert(side, "test", "test", null, null);
    await insert(side, "scoped", "live", null, "{stats.read}");
    await insert(side, "limited", "live", 2, null);
  }
  const soon = { timeout: 60_000, interval: 500 };
  await vi.waitFor(async () => expect(await service.publish()).toMatchObject({ status: 200 }), soon);
  // An isolate's first decisions may go without the model and the lists, which it is still loading.
  for (const { instance } of SIDES) {
    const body = { type: "PAYMENT", amount: 1 };
    const decide = () => service.call(ANALYZE, { body, ...(instance === undefined ? {} : { instance }) });
    await vi.waitFor(
      async () => expect(await decide()).toMatchObject({ status: 200, body: { degraded: [], model: { status: "not_applicable" } } }),
      soon,
    );
  }
}, 240_000);
afterAll(() => service.close());

type Ask = (side: Side) => { readonly path: string; readonly key?: string | null; readonly call?: Call };
const payment = (side: Side, id: string, more: object = {}) => ({
  transaction_id: `${side.name}-${id}`,
  type: "PAYMENT",
  amount: 20,
  client_id: `${side.name}-client`,
  email: `${side.name}@example.com`,
  device_id: `${side.name}-device`,
  ...more,
});
const login = (side: Side, id: string, more: object = {}) => ({
  id: `${side.name}-${id}`,
  type: "login",
  status: "failed",
  client_id: side.name,
  ...more,
});
const analyze =
  (id: string, more: object = {}): Ask =>
  (side) => ({ path: ANALYZE, call: { body: payment(side, id, more) } });
const at =
  (path: string, call: Call = {}, key?: string | null): Ask =>
  () => ({ path, call, ...(key === undefined ? {} : { key }) });
const text = (body: string): Call => ({ text: body });

const ASKED: readonly (readonly [string, Ask])[] = [
  ["a decision", analyze("1")],
  ["the same id again", analyze("1")],
  ["the same id with another body", analyze("1", { amount: 21 })],
  ["an explained decision", (side) => ({ path: `${ANALYZE}?explain=true`, call: { body: payment(side, "2") } })],
  ["a query that is not known", (side) => ({ path: `${ANALYZE}?explain=maybe`, call: { body: payment(side, "3") } })],
  ["a dry run of a key that may not", (side) => ({ path: `${ANALYZE}?dryRun=true`, call: { body: payment(side, "4") } })],
  ["a shorter deadline", (side) => ({ path: ANALYZE, call: { body: payment(side, "5"), headers: { "tollgate-deadline-ms": "9000" } } })],
  ["an unknown field", analyze("6", { extra: 1 })],
  ["a wrong amount", analyze("7", { amount: -1 })],
  ["a card number in a field", analyze("8", { order_id: "4111 1111 1111 1111" })],
  ["a NUL in a field", analyze("9", { city: "Bo\u0000nn" })],
  ["no body", at(ANALYZE, { method: "POST", headers: { "content-type": "application/json" } })],
  ["an empty body", at(ANALYZE, text("  "))],
  ["bad JSON", at(ANALYZE, text('{"amount": 4111111111111111'))],
  ["JSON that is no object", at(ANALYZE, text("[1]"))],
  ["another media type", at(ANALYZE, { text: "a=1", headers: { "content-type": "text/plain" } })],
  ["a body that is too large", at(ANALYZE, text(JSON.stringify({ x: "x".repeat(1 << 20) })))],
  ["a card number in the query", at(`${ANALYZE}?card=4111111111111111`, text("{}"))],
  ["a card number in the query, encoded", at(`${EVENTS}?a=4111%201111%201111%201111`, text("{}"))],
  ["a NUL in the query", at(`${ANALYZE}?a=%00`, text("{}"))],
  ["a NUL before a card number", at(`${EVENTS}?a=%00&b=4111111111111111`, text("{}"))],
  ["no key", at(ANALYZE, text("{}"), null)],
  ["no key, for events", at(EVENTS, text("{}"), null)],
  ["a key that is none", at(ANALYZE, text("{}"), "tg_live_wrong")],
  ["a key that nobody knows", at(EVENTS, text("{}"), formatApiKey("live", new Uint8Array(64).fill(7)))],
  ["two credentials", at(ANALYZE, { text: "{}", headers: { authorization: "Bearer x" } })],
  ["a bearer token that is none", at(ANALYZE, { text: "{}", headers: { authorization: "Bearer x.y.z" } }, null)],
  [
    "a key as a bearer token",
    (side) => ({
      path: ANALYZE,
      key: null,
      call: { body: payment(side, "10"), headers: { authorization: `Bearer ${keyOf(side, "live")}` } },
    }),
  ],
  ["a key without the scope", (side) => ({ path: ANALYZE, key: keyOf(side, "scoped"), call: { body: payment(side, "11") } })],
  ["a key without the scope, for events", (side) => ({ path: EVENTS, key: keyOf(side, "scoped"), call: { body: login(side, "e0") } })],
  ["the first call of a limited key", (side) => ({ path: ANALYZE, key: keyOf(side, "limited"), call: { body: payment(side, "12") } })],
  ["its second, a refused one", (side) => ({ path: ANALYZE, key: keyOf(side, "limited"), call: { text: "{" } })],
  ["over its limit", (side) => ({ path: ANALYZE, key: keyOf(side, "limited"), call: { body: payment(side, "13") } })],
  ["over its limit, with a bad body", (side) => ({ path: ANALYZE, key: keyOf(side, "limited"), call: { text: "{" } })],
  ["over its limit, for events", (side) => ({ path: EVENTS, key: keyOf(side, "limited"), call: { body: login(side, "e1") } })],
  ["an event", (side) => ({ path: EVENTS, call: { body: login(side, "e2") } })],
  ["the same event again", (side) => ({ path: EVENTS, call: { body: login(side, "e2") } })],
  [
    "good and bad events",
    (side) => ({ path: EVENTS, call: { body: [login(side, "e3"), login(side, "e4", { type: "nonsense" }), login(side, "e2")] } }),
  ],
  ["bad events alone", (side) => ({ path: EVENTS, call: { body: [login(side, "e5", { type: 1 })] } })],
  ["no events", at(EVENTS, text("[]"))],
  ["too many events", at(EVENTS, text(JSON.stringify(Array(1_001).fill({ type: "login" }))))],
  ["a bug", (side) => ({ path: ANALYZE, key: keyOf(side, "test"), call: { body: payment(side, "14", { device_id: "test_500" }) } })],
  [
    "a test device",
    (side) => ({ path: ANALYZE, key: keyOf(side, "test"), call: { body: payment(side, "15", { device_id: "test_review" }) } }),
  ],
  ["a listed origin", (side) => ({ path: ANALYZE, call: { body: payment(side, "16"), headers: { origin: SHOP } } })],
  ["a listed origin without a key", at(EVENTS, { text: "{}", headers: { origin: SHOP } }, null)],
  ["another origin", (side) => ({ path: EVENTS, call: { body: login(side, "e6"), headers: { origin: "https://evil.example" } } })],
  ["a preflight", at(ANALYZE, { method: "OPTIONS", headers: { origin: SHOP, "access-control-request-method": "POST" } }, null)],
  [
    "a preflight of another origin",
    at(EVENTS, { method: "OPTIONS", headers: { origin: "https://evil.example", "access-control-request-method": "POST" } }, null),
  ],
  ["OPTIONS", at(ANALYZE, { method: "OPTIONS" })],
  ["HEAD", at(ANALYZE, { method: "HEAD" })],
  ["GET", at(ANALYZE)],
  ["PUT", at(EVENTS, { method: "PUT", text: "{}" })],
  ["a slash behind the path", at(`${ANALYZE}/`, text("{}"))],
  ["a path in capitals", at("/API/v1/analyze", text("{}"))],
  [
    "a ray as request id",
    (side) => ({ path: ANALYZE, call: { body: payment(side, "17"), headers: { "cf-ray": `0123456789-${side.name}` } } }),
  ],
];

/** What differs between any two requests: ids, times, and which side asked. */
const WHAT_DIFFERS = new Set(["request_id", "decision_id", "timestamp"]);
const alike = (side: Side, value: string): string =>
  value.replaceAll(side.name, "SIDE").replace(/\b[rt]=\d+|\bin \d+ s\b|\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME");
const headersOf = (side: Side, { headers }: Reply): Record<string, string> => {
  const of = Object.fromEntries([...headers].map(([name, value]) => [name, alike(side, value)]));
  const timings = of["server-timing"]?.replace(/dur=\d+/g, "dur");
  return {
    ...of,
    "x-request-id": /^[\w-]{8,}$/.test(of["x-request-id"] ?? "") ? "an id" : "none",
    "server-timing": timings ?? "none",
    date: "",
  };
};
const bodyOf = (side: Side, { body }: Reply): Json =>
  JSON.parse(
    JSON.stringify(body, (name, value: unknown) =>
      WHAT_DIFFERS.has(name) ? "DIFFERS" : typeof value === "string" ? alike(side, value) : value,
    ),
  );

async function ask(side: Side, asked: Ask) {
  const { path, key = keyOf(side, "live"), call } = asked(side);
  const headers = { "cf-connecting-ip": side.address, ...(key === null ? {} : { "x-api-key": key }), ...call?.headers };
  const reply = await service.call(path, {
    ...call,
    as: null,
    headers,
    ...(side.instance === undefined ? {} : { instance: side.instance }),
  });
  const headersAlike = headersOf(side, reply);
  // Its value is a number of seconds until a minute is over.
  if (headersAlike["retry-after"] !== undefined && reply.status === 429) headersAlike["retry-after"] = "TIME";
  return { reply, status: reply.status, headers: headersAlike, body: bodyOf(side, reply) };
}

const statuses = new Map<string, number>();
test.each(ASKED)("%s gets the answer of the chain of middlewares", async (name, asked) => {
  const [pass, chain] = [await ask(SIDES[0], asked), await ask(SIDES[1], asked)];
  statuses.set(name, pass.status);
  expect({ status: pass.status, headers: pass.headers, body: pass.body }).toEqual({
    status: chain.status,
    headers: chain.headers,
    body: chain.body,
  });
  for (const { reply } of [pass, chain])
    if (reply.body?.request_id !== undefined) expect(reply.body.request_id).toBe(reply.headers.get("x-request-id"));
});

test("the requests were of all kinds", () => {
  expect([...new Set(statuses.values())].sort()).toEqual([200, 202, 204, 400, 401, 403, 404, 405, 413, 415, 422, 429, 500]);
});

test("each request left the same record, and the same notes in the audit log", async () => {
  const addressed =
    ({ address }: Side) =>
    (record: Json) =>
      record.ip_address === address;
  const records = service.server
    .getLogs()
    .flatMap(({ message }) => (message.startsWith("{") ? [JSON.parse(message) as Json] : []))
    .filter(({ event }) => event === "request");
  const recordsOf = (side: Side) =>
    records.filter(addressed(side)).map(({ method, route, status, key_id, role }) => ({
      method,
      route,
      status,
      role,
      key: key_id === null ? null : alike(side, key_id),
    }));
  expect(recordsOf(SIDES[0])).toHaveLength(ASKED.length);
  expect(recordsOf(SIDES[0])).toEqual(recordsOf(SIDES[1]));

  const notesOf = async (side: Side): Promise<Record<string, number>> => {
    const { body } = await service.call("/api/admin/audit-logs?limit=5000", { as: "admin" });
    const counts: Record<string, number> = {};
    for (const row of body.rows as Json[]) {
      if (row.actor.address !== side.address) continue;
      const { status, route, count = 1 } = row.details;
      const note = [row.action, row.target, row.success, row.livemode, alike(side, row.actor.id), row.actor.role, route, status].join(" ");
      counts[note] = (counts[note] ?? 0) + count;
    }
    return counts;
  };
  const total = (notes: Record<string, number>): number => Object.values(notes).reduce((sum, count) => sum + count, 0);
  // Preflights leave no note; what is not served, or refused before its key is read (card numbers and NULs in an address, two credentials),
  // is counted by network.
  const noted = ASKED.length - 3 - 5 - 5;
  await expect
    .poll(async () => [total(await notesOf(SIDES[0])), total(await notesOf(SIDES[1]))], { timeout: 20_000, interval: 250 })
    .toEqual([noted, noted]);
  expect(await notesOf(SIDES[0])).toEqual(await notesOf(SIDES[1]));
});
