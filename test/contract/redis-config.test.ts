import { afterAll, beforeAll, expect, test } from "vitest";
import { createConfigStore } from "../../src/adapters/redis/config-store.ts";
import { createKeyMirror } from "../../src/adapters/redis/key-mirror.ts";
import type { ApiKeyRecord } from "../../src/ports/access.ts";
import { createTestGateways, type TestGateways } from "../support/test-gateways.ts";
import { AMPLE_MS, answered, redisClientOf } from "../support/velocity.ts";

let gateways: TestGateways;
beforeAll(async () => {
  gateways = await createTestGateways();
});
afterAll(() => gateways?.close());

test("content comes back as it was, and null when there is none", async () => {
  const store = createConfigStore(redisClientOf(gateways));
  const text = JSON.stringify({ name: "rules", note: 'quotes " and \\ and 漢字 🔑', large: "x".repeat(300_000) });
  answered(await store.put("hash", text, AMPLE_MS));
  expect(answered(await store.get("hash", AMPLE_MS))).toBe(text);
  expect(answered(await store.get("other", AMPLE_MS))).toBeNull();
});

test("the pointer moves to a higher seq only, also when many move it at once", async () => {
  const store = createConfigStore(redisClientOf(gateways));
  expect(answered(await store.read(AMPLE_MS))).toBeNull();
  expect(answered(await store.advance({ seq: 5, hash: "five" }, AMPLE_MS))).toBe(true);
  expect(answered(await store.advance({ seq: 4, hash: "four" }, AMPLE_MS))).toBe(false);
  expect(answered(await store.advance({ seq: 5, hash: "five" }, AMPLE_MS))).toBe(true);
  expect(answered(await store.advance({ seq: 5, hash: "another" }, AMPLE_MS))).toBe(false);
  expect(answered(await store.read(AMPLE_MS))).toEqual({ seq: 5, hash: "five" });
  await Promise.all([9, 7, 10, 6, 8].map((seq) => store.advance({ seq, hash: `h${seq}` }, AMPLE_MS)));
  expect(answered(await store.read(AMPLE_MS))).toEqual({ seq: 10, hash: "h10" });
});

test("an API key is found by its digest, and only a change of it takes its place", async () => {
  const mirror = createKeyMirror(redisClientOf(gateways));
  const record: ApiKeyRecord = {
    id: "k1",
    digest: "d1",
    name: "shop",
    role: "api_user",
    scopes: ["decide"],
    world: "live",
    expiresAtMs: null,
    revokedAtMs: 7,
    requestsPerMinute: 100,
  };
  expect(answered(await mirror.find("d1", AMPLE_MS))).toBeNull();
  answered(await mirror.put(record, AMPLE_MS));
  expect(answered(await mirror.find("d1", AMPLE_MS))).toEqual(record);
  const revoked = { ...record, revokedAtMs: 9 };
  answered(await mirror.replace(revoked, AMPLE_MS));
  answered(await mirror.put(record, AMPLE_MS));
  expect(answered(await mirror.find("d1", AMPLE_MS))).toEqual(revoked);
});
