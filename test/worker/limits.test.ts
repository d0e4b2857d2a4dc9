import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createKeyDigest, formatApiKey, type World } from "../../src/core/access/api-key.ts";
import type { Role } from "../../src/core/access/permission.ts";
import { type Reply, startService, type TestService } from "../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
  expect((await service.publish()).status).toBe(200);
});
afterEach(() => service.gateways.upstash.faults.set([]));
afterAll(() => service.close());

const ANALYZE = "/api/v1/analyze";
const PAYMENT = { type: "PAYMENT", amount: 5 };

let made = 0;
/** A key of its own limit, or of none. */
async function aKey(
  requestsPerMinute: number | null,
  { role = "api_user", world = "live" }: { role?: Role; world?: World } = {},
): Promise<string> {
  made += 1;
  const seed = made;
  const key = formatApiKey(
    world,
    Uint8Array.from({ length: 64 }, (_, i) => (i * 37 + seed * 11) % 248),
  );
  await service.sql(
    "insert into api_keys (digest, id, name, role, world, prefix, last4, requests_per_minute, created_at) values ($1, $2, 'limited', $3, $4, 'tg_', 'last', $5, now())",
    [await createKeyDigest(service.gateways.vars.HASH_SECRET)(key), `limited-${seed}`, role, world, requestsPerMinute],
  );
  return key;
}
const withKey = (key: string, path: string, body?: unknown, address?: string): Promise<Reply> =>
  service.call(path, {
    as: null,
    headers: { "x-api-key": key, ...(address === undefined ? {} : { "cf-connecting-ip": address }) },
    ...(body === undefined ? {} : { body }),
  });
const statusesOf = (replies: readonly Reply[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const isWithinSeconds = (text: string | null): void => {
  expect(text).toMatch(/^\d+$/);
  expect(Number(text)).toBeGreaterThan(0);
  expect(Number(text)).toBeLessThanOrEqual(61);
};

describe("a key", () => {
  test("is told with every answer what is left, and with a refusal when to come back", async () => {
    const key = await aKey(3);
    for (const left of [2, 1, 0]) {
      const { status, headers } = await withKey(key, ANALYZE, PAYMENT);
      expect(status).toBe(200);
      expect(headers.get("ratelimit-policy")).toBe('"key";q=3;w=60');
      expect(headers.get("ratelimit")).toMatch(new RegExp(`^"key";r=${left};t=\\d+$`));
    }
    const refused = await withKey(key, ANALYZE, PAYMENT);
    expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited", title: "Too many requests", status: 429 } });
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(refused.headers.get("ratelimit")).toMatch(/^"key";r=0;t=\d+$/);
    expect(refused.headers.get("ratelimit-policy")).toBe('"key";q=3;w=60');
    isWithinSeconds(refused.headers.get("retry-after"));
  });

  test("gets as many of sixty parallel decisions as its limit, and the refused ones leave no trace", async () => {
    const key = await aKey(20);
    const ids = Array.from({ length: 60 }, (_, index) => `parallel-${index}`);
    const replies = await Promise.all(
      ids.map((transaction_id) => withKey(key, ANALYZE, { ...PAYMENT, transaction_id, client_id: "parallel" })),
    );
    expect(statusesOf(replies)).toEqual({ 200: 20, 429: 40 });
    const refused = ids.filter((_, index) => replies[index]?.status === 429);
    for (const id of refused) expect(await service.redis(["EXISTS", `tg:live:claim:${id}`])).toBe(0);
    const seen = await service.call(`${ANALYZE}?dryRun=true&self=false&explain=true`, {
      as: "admin",
      body: { ...PAYMENT, client_id: "parallel" },
    });
    expect(seen.body.features.transaction_count_24h).toBe(20);
  });

  test("counts calls that are answered with a problem too", async () => {
    const key = await aKey(2);
    expect((await withKey(key, ANALYZE, { type: "PAYMENT" })).status).toBe(422);
    expect((await withKey(key, "/api/v1/events", { type: "nothing" })).status).toBe(422);
    expect((await withKey(key, ANALYZE, { type: "PAYMENT" })).status).toBe(429);
  });

  test("pays for every item of a batch, and a batch that does not fit is refused whole", async () => {
    const key = await aKey(10);
    const batch = (prefix: string, length: number) =>
      Array.from({ length }, (_, index) => ({ ...PAYMENT, transaction_id: `${prefix}-${index}` }));
    expect((await withKey(key, "/api/v1/batch-analyze", batch("fits", 7))).headers.get("ratelimit")).toMatch(/^"key";r=3;/);
    const refused = await withKey(key, "/api/v1/batch-analyze", batch("late", 4));
    expect(refused.status).toBe(429);
    isWithinSeconds(refused.headers.get("retry-after"));
    expect(await service.redis(["EXISTS", "tg:live:claim:late-0"])).toBe(0);
    const never = await withKey(key, "/api/v1/batch-analyze", batch("large", 11));
    expect(never).toMatchObject({ status: 429, body: { detail: expect.stringContaining("smaller batches") } });
    expect(never.headers.get("retry-after")).toBe("60");
    const events = Array.from({ length: 4 }, (_, index) => ({ id: `login-${index}`, type: "login", client_id: "c" }));
    expect((await withKey(key, "/api/v1/events", events)).status).toBe(429);
    expect((await withKey(key, "/api/v1/events", events.slice(0, 3))).status).toBe(202);
  });

  test("keeps its last calls for decisions: exports are refused first, then reads, then events", async () => {
    const key = await aKey(20, { role: "admin" });
    const login = { type: "login", client_id: "c" };
    const items = (length: number) => Array.from({ length }, () => PAYMENT);
    await withKey(key, "/api/v1/batch-analyze", items(16));
    expect((await withKey(key, "/api/v1/stats?format=csv")).status).toBe(429);
    expect((await withKey(key, "/api/v1/stats")).status).toBe(200);
    await withKey(key, ANALYZE, PAYMENT);
    expect((await withKey(key, "/api/v1/stats")).status).toBe(429);
    expect((await withKey(key, "/api/v1/events", login)).status).toBe(202);
    expect((await withKey(key, "/api/v1/events", login)).status).toBe(429);
    expect((await withKey(key, ANALYZE, PAYMENT)).status).toBe(200);
    expect((await withKey(key, ANALYZE, PAYMENT)).status).toBe(429);
  });
});

describe("an address", () => {
  const from = (address: string, path = "/", headers: Record<string, string> = {}) =>
    service.call(path, { as: null, headers: { "cf-connecting-ip": address, ...headers } });
  const flood = (length: number, call: () => Promise<Reply>) => Promise.all(Array.from({ length }, call));

  test("without a key makes a hundred calls a minute, whatever it asks for", async () => {
    const replies = await flood(130, () => from("203.0.113.1"));
    expect(statusesOf(replies)).toEqual({ 200: 100, 429: 30 });
    for (const { status, headers } of replies) {
      expect(headers.get("ratelimit-policy")).toBe('"address";q=100;w=60');
      if (status === 429) isWithinSeconds(headers.get("retry-after"));
    }
    expect(await from("203.0.113.1", "/api/v1/stats")).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    expect((await from("203.0.113.2")).status).toBe(200);
  });

  test("that tries keys is refused after a hundred", async () => {
    const replies = await flood(120, () => from("203.0.113.3", "/api/v1/stats", { "x-api-key": "tg_live_wrong" }));
    expect(statusesOf(replies)).toEqual({ 401: 100, 429: 20 });
    const refused = replies.find(({ status }) => status === 429);
    expect(refused?.headers.get("content-type")).toBe("application/problem+json");
    isWithinSeconds(refused?.headers.get("retry-after") ?? null);
  });

  test("that makes up well-formed keys is refused before the record is asked for the hundred and first", async () => {
    const madeUp = (seed: number): string =>
      formatApiKey(
        "live",
        Uint8Array.from({ length: 64 }, (_, i) => (i * 5 + seed * 17) % 248),
      );
    await service.sql("create extension if not exists pg_stat_statements");
    const calls = async (): Promise<number> =>
      Number(
        (
          await service.sql(
            "select coalesce(sum(calls), 0) as n from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database()) and query like '%from \"api_keys\"%limit%'",
          )
        )[0]?.n,
      );
    // A key in use is known to the mirror: what others make up does not touch it.
    expect((await service.call("/api/v1/stats", { as: "readonly" })).status).toBe(200);
    const before = await calls();
    const replies: Reply[] = [];
    // Ten at once: a shared machine answers 130 together later than a key may take.
    for (let first = 0; first < 130; first += 10) {
      const seeds = Array.from({ length: 10 }, (_, at) => first + at);
      replies.push(...(await Promise.all(seeds.map((seed) => from("203.0.113.30", "/api/v1/stats", { "x-api-key": madeUp(seed) })))));
    }
    expect(statusesOf(replies)).toEqual({ 401: 100, 429: 30 });
    expect((await calls()) - before).toBeLessThanOrEqual(100);
    const known = await service.call("/api/v1/stats", { as: "readonly", headers: { "cf-connecting-ip": "203.0.113.30" } });
    expect(known.status).toBe(200);
  });

  test("of one IPv6 network is one", async () => {
    await flood(100, () => from("2001:db8:1:2::1"));
    expect((await from("2001:db8:1:2:ffff::9")).status).toBe(429);
    expect((await from("2001:db8:1:3::1")).status).toBe(200);
  });

  test("holds a key without a limit of its own, and no other", async () => {
    const [general, own] = [await aKey(null), await aKey(500)];
    const items = Array.from({ length: 100 }, () => PAYMENT);
    const first = await withKey(general, "/api/v1/batch-analyze", items, "203.0.113.4");
    expect(first.headers.get("ratelimit-policy")).toBe('"key";q=1000;w=60, "address";q=100;w=60');
    expect(first.headers.get("ratelimit")).toMatch(/^"key";r=900;t=\d+, "address";r=0;t=\d+$/);
    expect((await withKey(general, ANALYZE, PAYMENT, "203.0.113.4")).status).toBe(429);
    expect((await withKey(general, ANALYZE, PAYMENT, "203.0.113.5")).status).toBe(200);
    expect((await withKey(own, ANALYZE, PAYMENT, "203.0.113.4")).status).toBe(200);
    expect((await withKey(own, "/api/v1/batch-analyze", [...items, ...items], "203.0.113.4")).status).toBe(200);
  });
});

describe("while Redis hangs", () => {
  test("decisions, events and reads are answered uncounted long before Redis is, exports are refused", async () => {
    const hanging = await startService({ DEADLINE_MS: "3000", VELOCITY_BUDGET_MS: "1000" });
    try {
      await hanging.publish();
      // Keys and rules are known from before.
      for (const as of ["api", "admin", "readonly"] as const)
        await hanging.call(as === "api" ? ANALYZE : "/api/v1/stats", { as, ...(as === "api" ? { body: PAYMENT } : {}) });
      hanging.gateways.upstash.faults.set([{ kind: "delay", ms: 600_000 }]);
      const decision = await hanging.call(ANALYZE, { body: PAYMENT });
      expect(decision).toMatchObject({ status: 200, body: { degraded: expect.arrayContaining(["velocity"]) } });
      expect(decision.headers.get("ratelimit")).toBeNull();
      expect(decision.headers.get("ratelimit-policy")).toBe('"key";q=1000000;w=60');
      expect((await hanging.call("/api/v1/events", { body: { type: "login", client_id: "c" } })).status).toBe(202);
      expect((await hanging.call("/api/v1/stats", { as: "readonly" })).status).toBe(200);
      const refused = await hanging.call("/api/v1/stats?format=csv", { as: "readonly" });
      expect(refused).toMatchObject({ status: 503, body: { code: "limits_unavailable" } });
      expect(refused.headers.get("retry-after")).toBe("1");
    } finally {
      hanging.gateways.upstash.faults.set([]);
      await hanging.close();
    }
  });
});
