import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@redis/client";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type DevelopmentKeys, seedKeys } from "../../src/tools/local/seed-keys.ts";
import { defaultRuleset } from "../../src/tools/local/seed-ruleset.ts";
import { type Bundle, bundleWorker } from "../../src/tools/local/worker/bundle.ts";
import { startPlatformServices } from "../bench/post/platform-services.ts";
import { type ServedWorker, serveWorker } from "../bench/workerd/serve-worker.ts";
import { createTestGateways, type TestGateways } from "../support/test-gateways.ts";

// Production's budgets for what has a fallback; the deadline is long, so that a slow machine is not what is tested. Each test has a cold isolate.
const TIGHT = {
  DEADLINE_MS: "30000",
  KEY_BUDGET_MS: "25",
  RULESET_BUDGET_MS: "30",
  VELOCITY_BUDGET_MS: "10000",
  AGGREGATES_BUDGET_MS: "10000",
};

let folder: string;
let gateways: TestGateways;
let platform: Awaited<ReturnType<typeof startPlatformServices>>;
let bundle: Bundle;
let keys: DevelopmentKeys;
const served: ServedWorker[] = [];

async function coldIsolate(): Promise<ServedWorker> {
  const worker = await serveWorker({ name: "a cold isolate", bundle, vars: { ...gateways.vars, ...TIGHT }, platform: platform.address });
  served.push(worker);
  return worker;
}
const post = async (worker: ServedWorker, path: string, key: string, body: unknown) => {
  const headers = { "x-api-key": key, "content-type": "application/json" };
  const answer = await fetch(worker.origin + path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as { degraded?: string[]; code?: string } };
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tollgate-cold-"));
  [gateways, platform] = await Promise.all([createTestGateways(), startPlatformServices()]);
  bundle = await bundleWorker("src/index.ts", folder);
  const { DATABASE_URL: databaseUrl, NEON_HTTP_ENDPOINT: neonEndpoint, HASH_SECRET: hashSecret } = gateways.vars;
  keys = await seedKeys({ baseUrl: "", databaseUrl, neonEndpoint, hashSecret, dataDir: folder });
  expect((await post(await coldIsolate(), "/api/admin/fraud-rules/publish", keys.admin, defaultRuleset())).status).toBe(200);
}, 300_000);
afterEach(() => setFaults([], []));
afterAll(async () => {
  await Promise.all(served.map((worker) => worker.stop()));
  await platform?.close();
  await gateways?.close();
  rmSync(folder, { recursive: true, force: true });
});

type Faults = Parameters<TestGateways["upstash"]["faults"]["set"]>[0];
function setFaults(redis: Faults, postgres: Faults): void {
  gateways.upstash.faults.set(redis);
  gateways.neon.faults.set(postgres);
}
/** @param first sets the faults, once the isolate listens and before it has been asked */
async function decideCold(first: () => unknown) {
  const worker = await coldIsolate();
  await first();
  return post(worker, "/api/v1/analyze", keys.api, { type: "PAYMENT", amount: 20, client_id: "ann" });
}
async function forget(pattern: string): Promise<void> {
  const redis = await createClient({ url: gateways.redisUrl, RESP: 2 }).connect();
  for (const key of await redis.keys(pattern)) await redis.del(key);
  redis.destroy();
}

test("a cold isolate waits for a Redis that is slower than a warm one would", async () => {
  const answer = await decideCold(() => setFaults([{ kind: "delay", ms: 120 }], []));
  expect(answer).toMatchObject({ status: 200, body: { degraded: [] } });
});

test("a cold isolate decides by Postgres and KV while Redis accepts and does not answer", async () => {
  const { status, body } = await decideCold(() => setFaults([{ kind: "delay", ms: 600_000 }], []));
  expect(status).toBe(200);
  expect(body.degraded).toContain("velocity");
});

test("a cold isolate decides by Postgres and KV while Redis is away", async () => {
  const { status, body } = await decideCold(() => setFaults([{ kind: "refuse" }], []));
  expect(status).toBe(200);
  expect(body.degraded).toContain("velocity");
});

test("a key that the mirror lacks waits for a database that wakes up", async () => {
  const answer = await decideCold(async () => {
    await forget("*");
    setFaults([], [{ kind: "delay", ms: 500 }]);
  });
  expect(answer).toMatchObject({ status: 200, body: { degraded: [] } });
});

test("one lost answer of each store does not refuse the first call", async () => {
  const answer = await decideCold(() => setFaults([{ kind: "drop_answer", times: 1 }], [{ kind: "drop_answer", times: 1 }]));
  expect(answer.status).toBe(200);
});

test("with no store at all a cold isolate says so, and when to try again", async () => {
  const refused = await decideCold(() => setFaults([{ kind: "refuse" }], [{ kind: "refuse" }]));
  expect(refused).toMatchObject({ status: 503, body: { code: "keys_unavailable" } });
  expect(refused.headers.get("retry-after")).toBe("1");
});
