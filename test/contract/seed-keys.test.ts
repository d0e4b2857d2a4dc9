import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { worldOfApiKey } from "../../src/core/access/api-key.ts";
import { seedKeys } from "../../src/tools/local/seed-keys.ts";
import { createTestGateways, type TestGateways } from "../support/test-gateways.ts";

let gateways: TestGateways;
let database: Client;
let dataDir: string;
beforeAll(async () => {
  gateways = await createTestGateways();
  database = new Client({ connectionString: gateways.postgresUrl });
  await database.connect();
  dataDir = mkdtempSync(join(tmpdir(), "tollgate-seed-"));
});
afterAll(async () => {
  await database?.end();
  await gateways?.close();
  if (dataDir !== undefined) rmSync(dataDir, { recursive: true, force: true });
});

const file = (): string => join(dataDir, "keys.json");
const seed = () => {
  const { DATABASE_URL, NEON_HTTP_ENDPOINT, HASH_SECRET } = gateways.vars;
  return seedKeys({ baseUrl: "", databaseUrl: DATABASE_URL, neonEndpoint: NEON_HTTP_ENDPOINT, hashSecret: HASH_SECRET, dataDir });
};

test("development keys have room for a replay, and one of them lives in the test world", async () => {
  const keys = await seed();
  expect(Object.entries(keys).map(([name, key]) => [name, worldOfApiKey(key)])).toEqual([
    ["admin", "live"],
    ["analyst", "live"],
    ["api", "live"],
    ["reviewer", "live"],
    ["readonly", "live"],
    ["test", "test"],
  ]);
  const { rows } = await database.query("select name, role, world, requests_per_minute from api_keys order by name");
  expect(rows.map(({ name, role, world }) => [name, role, world])).toEqual([
    ["local admin", "admin", "live"],
    ["local analyst", "analyst", "live"],
    ["local api", "api_user", "live"],
    ["local readonly", "readonly", "live"],
    ["local reviewer", "reviewer", "live"],
    ["local test", "api_user", "test"],
  ]);
  for (const { requests_per_minute } of rows) expect(requests_per_minute).toBe(1_000_000);
});

test("a folder from before there was a test key gets one beside its own, once", async () => {
  const { test: _, ...older } = await seed();
  writeFileSync(file(), JSON.stringify(older));
  const completed = await seed();
  expect(completed).toMatchObject(older);
  expect(worldOfApiKey(completed.test)).toBe("test");
  expect(JSON.parse(readFileSync(file(), "utf8"))).toEqual(completed);
  expect(await seed()).toEqual(completed);
});
