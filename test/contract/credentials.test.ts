import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createAccessTokens } from "../../src/adapters/auth/access-tokens.ts";
import { createKeyRecords, insertApiKey, type NewApiKey } from "../../src/adapters/postgres/api-keys.ts";
import { createKeyMirror } from "../../src/adapters/redis/key-mirror.ts";
import { createRevocationList } from "../../src/adapters/redis/revocations.ts";
import { createKeyDigest, formatApiKey } from "../../src/core/access/api-key.ts";
import { claimsOf } from "../../src/core/access/token.ts";
import { createHmacHex } from "../../src/core/secrecy/digest-hex.ts";
import { createKeyVerifier } from "../../src/pipeline/verify-key.ts";
import { createTokenVerifier } from "../../src/pipeline/verify-token.ts";
import { NOON } from "../support/records/record-builder.ts";
import { createTestDatabase, expectValue, type TestDatabase } from "../support/records/test-database.ts";
import { AMPLE_MS, redisClientOf } from "../support/velocity.ts";

const SECOND = 1_000;
const SECRET = "a secret of the tests, 32 characters or more";
const digest = createKeyDigest(SECRET);
let db: TestDatabase;
let nowMs = NOON;
const clock = () => nowMs;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterEach(() => {
  nowMs = NOON;
  db.gateways.upstash.faults.set([]);
  db.gateways.neon.faults.set([]);
});
afterAll(() => db.close());

let made = 0;
async function aKey(changes: Partial<NewApiKey> = {}): Promise<{ readonly clear: string; readonly record: NewApiKey }> {
  made += 1;
  const clear = formatApiKey(
    "live",
    Uint8Array.from({ length: 64 }, (_, i) => (i * 31 + made) % 248),
  );
  const standing = {
    role: "api_user",
    scopes: null,
    world: "live",
    expiresAtMs: null,
    revokedAtMs: null,
    requestsPerMinute: null,
  } as const;
  const shown = { prefix: "tg_live_", last4: "0000", createdAtMs: NOON };
  const record = { id: `k${made}`, digest: await digest(clear), name: "shop", ...standing, ...shown, ...changes };
  expectValue(await insertApiKey(db.database, record, AMPLE_MS));
  return { clear, record };
}
function anInstance() {
  const waiting: Promise<unknown>[] = [];
  const mirror = createKeyMirror(redisClientOf(db.gateways));
  const verify = createKeyVerifier({
    digest: createHmacHex(SECRET),
    mirror,
    records: createKeyRecords(db.database),
    clock,
    budgetMs: AMPLE_MS,
  });
  return {
    mirror,
    verify: async (clear: string) => {
      const verdict = await verify(clear, { coldBudgetMs: AMPLE_MS, waitUntil: (work) => waiting.push(work), admit: async () => true });
      await Promise.all(waiting.splice(0));
      return verdict;
    },
  };
}

test("a revoked key is refused within ten seconds by an instance that has used it", async () => {
  const { clear, record } = await aKey();
  const [user, admin] = [anInstance(), anInstance()];
  expect(await user.verify(clear)).toMatchObject({ kind: "valid", isConfirmed: true });
  expectValue(await admin.mirror.replace({ ...record, revokedAtMs: NOON }, AMPLE_MS));
  nowMs = NOON + 5 * SECOND;
  expect(await user.verify(clear)).toEqual({ kind: "invalid", reason: "revoked" });
});

test("an instance that read the record just before a revocation does not undo it in the mirror", async () => {
  const { clear, record } = await aKey();
  const instance = anInstance();
  expectValue(await instance.mirror.replace({ ...record, revokedAtMs: NOON }, AMPLE_MS));
  expectValue(await instance.mirror.put(record, AMPLE_MS));
  expect(await anInstance().verify(clear)).toEqual({ kind: "invalid", reason: "revoked" });
});

test("a key ends at its end, not a moment later", async () => {
  const { clear } = await aKey({ expiresAtMs: NOON + SECOND });
  const instance = anInstance();
  expect(await instance.verify(clear)).toMatchObject({ kind: "valid" });
  nowMs = NOON + SECOND;
  expect(await instance.verify(clear)).toEqual({ kind: "invalid", reason: "expired" });
});

test("with both stores down a key of the last 15 minutes is good unconfirmed, and a cold instance knows none", async () => {
  const { clear } = await aKey();
  const [warm, cold] = [anInstance(), anInstance()];
  await warm.verify(clear);
  db.gateways.upstash.faults.set([{ kind: "refuse" }]);
  db.gateways.neon.faults.set([{ kind: "refuse" }]);
  nowMs = NOON + 899 * SECOND;
  expect(await warm.verify(clear)).toMatchObject({ kind: "valid", isConfirmed: false });
  expect(await cold.verify(clear)).toEqual({ kind: "unavailable" });
  nowMs = NOON + 902 * SECOND;
  expect(await warm.verify(clear)).toEqual({ kind: "unavailable" });
});

function aTokenInstance() {
  const tokens = createAccessTokens("a secret of at least thirty-two characters");
  const revocations = createRevocationList(redisClientOf(db.gateways));
  return { tokens, revocations, verify: createTokenVerifier({ tokens, revocations, clock }, AMPLE_MS) };
}
const IDENTITY = { name: "ann", role: "analyst", world: "live", scopes: null, requests_per_minute: null } as const;

test("a revoked session is refused at once where it is asked about, and within five seconds where it is believed", async () => {
  const instance = aTokenInstance();
  const token = await instance.tokens.sign(claimsOf({ ...IDENTITY, sub: "user:u1", sid: "session-1" }, NOON, null));
  expect(await instance.verify(token, { confirmed: "recently", coldBudgetMs: AMPLE_MS })).toMatchObject({
    kind: "valid",
    isConfirmed: true,
  });
  expectValue(await instance.revocations.revokeSession("session-1", AMPLE_MS));
  expect(await instance.verify(token, { confirmed: "recently", coldBudgetMs: AMPLE_MS })).toMatchObject({ kind: "valid" });
  nowMs = NOON + 5 * SECOND;
  expect(await instance.verify(token, { confirmed: "recently", coldBudgetMs: AMPLE_MS })).toEqual({ kind: "invalid", reason: "revoked" });
  expect(await aTokenInstance().verify(token, { confirmed: "always", coldBudgetMs: AMPLE_MS })).toEqual({
    kind: "invalid",
    reason: "revoked",
  });
});

test("revoking a subject ends the tokens issued until then and no later one", async () => {
  const instance = aTokenInstance();
  const sign = (atMs: number) => instance.tokens.sign(claimsOf({ ...IDENTITY, sub: "user:u2", sid: "session-2" }, atMs, null));
  const [before, after] = [await sign(NOON), await sign(NOON + 1)];
  expectValue(await instance.revocations.revokeSubject("user:u2", NOON, AMPLE_MS));
  nowMs = NOON + 2;
  expect(await instance.verify(before, { confirmed: "always", coldBudgetMs: AMPLE_MS })).toEqual({ kind: "invalid", reason: "revoked" });
  expect(await instance.verify(after, { confirmed: "always", coldBudgetMs: AMPLE_MS })).toMatchObject({ kind: "valid" });
});

test("without Redis a token is closed where it is asked about, and good unconfirmed where this instance knew it", async () => {
  const instance = aTokenInstance();
  const token = await instance.tokens.sign(claimsOf({ ...IDENTITY, sub: "key:k1", sid: "session-3" }, NOON, null));
  await instance.verify(token, { confirmed: "recently", coldBudgetMs: AMPLE_MS });
  db.gateways.upstash.faults.set([{ kind: "refuse" }]);
  nowMs = NOON + 6 * SECOND;
  expect(await instance.verify(token, { confirmed: "recently", coldBudgetMs: AMPLE_MS })).toMatchObject({
    kind: "valid",
    isConfirmed: false,
  });
  expect(await instance.verify(token, { confirmed: "always", coldBudgetMs: AMPLE_MS })).toEqual({ kind: "unavailable" });
  expect(await aTokenInstance().verify(token, { confirmed: "recently", coldBudgetMs: AMPLE_MS })).toEqual({ kind: "unavailable" });
});
