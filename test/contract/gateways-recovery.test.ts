import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engines } from "../../src/tools/local/engines.ts";
import { type Gateways, startGateways } from "../../src/tools/local/gateways.ts";
import { createSecrets } from "../../src/tools/local/secrets.ts";
import { startTestEngines } from "../support/test-engines.ts";

let engines: Engines;
let gateways: Gateways;

// Engines of its own: it kills them.
beforeAll(async () => {
  engines = await startTestEngines();
  gateways = await startGateways(engines.postgres.url, engines.redis.url, createSecrets());
});
afterAll(async () => {
  await gateways.close();
  await engines.stop();
});

const redis = (...command: string[]) =>
  fetch(`${gateways.upstash.origin}/pipeline`, {
    method: "POST",
    headers: { authorization: `Bearer ${gateways.vars.UPSTASH_REDIS_REST_TOKEN}` },
    body: JSON.stringify([command]),
  });
const postgres = () =>
  fetch(gateways.vars.NEON_HTTP_ENDPOINT, {
    method: "POST",
    headers: { "neon-connection-string": gateways.vars.DATABASE_URL, "neon-raw-text-output": "true" },
    body: JSON.stringify({ query: "select 1" }),
  });

test("while Redis is dead every request gets an error, and the gateway finds it again by itself", async () => {
  expect((await redis("PING")).status).toBe(200);
  await engines.redis.kill();
  const answers = await Promise.all(Array.from({ length: 20 }, () => redis("PING")));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
  await engines.redis.start();
  await expect.poll(async () => (await redis("PING")).status, { timeout: 60_000 }).toBe(200);
});

test("while Postgres is dead every request gets an error, and the gateway finds it again by itself", async () => {
  const inFlight = Array.from({ length: 4 }, () => postgres());
  expect((await Promise.all(inFlight)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  await engines.postgres.kill();
  const answers = await Promise.all(Array.from({ length: 20 }, () => postgres()));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
  await engines.postgres.start();
  await expect.poll(async () => (await postgres()).status, { timeout: 60_000 }).toBe(200);
});
