import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLoginAttempts } from "../../src/adapters/redis/login-attempts.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";
import { AMPLE_MS, redisClientOf } from "../support/velocity.ts";

let db: TestDatabase;
let attempts: ReturnType<typeof createLoginAttempts>;
beforeAll(async () => {
  db = await createTestDatabase();
  attempts = createLoginAttempts(redisClientOf(db.gateways), async (text) => text);
});
afterAll(() => db.close());

const waits = async (name: string, address: string | null) => expectValue(await attempts.take(name, address, AMPLE_MS)).retryAfterSeconds;

test("one /48 makes a hundred attempts on all names, whatever /64s it sends them from", async () => {
  const seen: (number | null)[] = [];
  for (let attempt = 0; attempt < 104; attempt++)
    seen.push(await waits(`nobody-${attempt}`, `2001:db8:99:${(attempt % 16).toString(16)}::1`));
  expect(seen.slice(0, 100)).toEqual(Array(100).fill(null));
  for (const wait of seen.slice(100)) expect(wait).toBeGreaterThan(60);
  expect(await waits("nobody", "2001:db8:9a::1")).toBeNull();
});

test("after thirty attempts from sixteen /64s of one /48, one on the account passes every thirty seconds", async () => {
  const seen: (number | null)[] = [];
  for (let attempt = 0; attempt < 64; attempt++) seen.push(await waits("target", `2001:db8:77:${(attempt % 16).toString(16)}::1`));
  expect(seen.slice(0, 31)).toEqual(Array(31).fill(null));
  const refused = seen.slice(31).filter((wait) => wait !== null);
  expect(refused.length).toBeGreaterThan(25);
  for (const wait of refused) expect(wait).toBeLessThanOrEqual(30);
  expect(await waits("another", "2001:db8:77:1::1")).toBeNull();
});

test("parallel attempts do not slip by", async () => {
  const seen = await Promise.all(Array.from({ length: 40 }, (_, at) => waits("hurried", `203.0.${at}.1`)));
  expect(seen.filter((wait) => wait === null)).toHaveLength(31);
});

test("a device has ten attempts of its own, and signing in gives them back", async () => {
  const deviceId = randomUUID();
  const take = async () => expectValue(await attempts.takeDevice(deviceId, AMPLE_MS)).retryAfterSeconds;
  for (let attempt = 0; attempt < 10; attempt++) expect(await take()).toBeNull();
  expect(await take()).toBeGreaterThan(60);
  expectValue(await attempts.forget({ username: "target", address: null, deviceId, userId: "u" }, AMPLE_MS));
  expect(await take()).toBeNull();
});
