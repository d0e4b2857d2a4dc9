import { expect, test } from "vitest";
import { formatApiKey } from "../../src/core/access/api-key.ts";
import { err, ok } from "../../src/core/result.ts";
import { createKeyVerifier } from "../../src/pipeline/verify-key.ts";
import type { ApiKeyRecord, KeyMirror, KeySource } from "../../src/ports/access.ts";

const KEY = formatApiKey(
  "live",
  Uint8Array.from({ length: 64 }, (_, i) => i),
);
const RECORD: ApiKeyRecord = {
  id: "key-1",
  digest: "d1",
  name: "shop",
  role: "readonly",
  world: "live",
  scopes: null,
  expiresAtMs: null,
  revokedAtMs: null,
  requestsPerMinute: null,
};

function aVerifier() {
  const state = { nowMs: 0, isUp: true, asked: 0 };
  const find = async () => {
    state.asked += 1;
    return state.isUp ? ok(RECORD) : err({ source: "redis", reason: "timeout" } as const);
  };
  const verify = createKeyVerifier({
    digest: () => RECORD.digest,
    mirror: { find, put: async () => ok(undefined) },
    records: { find },
    clock: () => state.nowMs,
    budgetMs: 10,
  });
  return { state, verify: () => verify(KEY, { coldBudgetMs: 60_000, waitUntil: () => undefined, admit: async () => true }) };
}

test("requests that come while another confirms the key anew are confirmed too", async () => {
  const { state, verify } = aVerifier();
  await verify();
  state.nowMs += 60_000;
  const verdicts = await Promise.all([verify(), verify(), verify()]);
  expect(verdicts).toEqual(Array(3).fill({ kind: "valid", key: RECORD, isConfirmed: true }));
});

test("after a failure the stores are left alone for a second, and the key stays good unconfirmed", async () => {
  const { state, verify } = aVerifier();
  await verify();
  state.nowMs += 60_000;
  state.isUp = false;
  expect(await verify()).toMatchObject({ kind: "valid", isConfirmed: false });
  const { asked } = state;
  state.nowMs += 500;
  expect(await verify()).toMatchObject({ kind: "valid", isConfirmed: false });
  expect(state.asked).toBe(asked);
  state.nowMs += 600;
  state.isUp = true;
  expect(await verify()).toMatchObject({ kind: "valid", isConfirmed: true });
});

/** Distinct well-formed keys. */
const keyOf = (seed: number): string =>
  formatApiKey(
    "live",
    Uint8Array.from({ length: 64 }, (_, i) => (i * 7 + seed * 13 + Math.floor(seed / 200) * (i + 1)) % 248),
  );

/** Stores that know one key, in the record alone, and count what they are asked. */
function aGuardedVerifier(admits: () => boolean) {
  const state = { nowMs: 0, recordsAsked: 0 };
  const verify = createKeyVerifier({
    digest: (key) => key,
    mirror: { find: async () => ok(null), put: async () => ok(undefined) },
    records: {
      find: async (digest) => {
        state.recordsAsked += 1;
        return ok(digest === KEY ? { ...RECORD, digest } : null);
      },
    },
    clock: () => state.nowMs,
    budgetMs: 10,
  });
  return { state, verify: (key: string) => verify(key, { coldBudgetMs: 60_000, waitUntil: () => undefined, admit: async () => admits() }) };
}

test("a key that nobody knows is looked up only when it is admitted, and a known one without asking", async () => {
  let left = 3;
  const { state, verify } = aGuardedVerifier(() => left-- > 0);
  expect(await verify(KEY)).toMatchObject({ kind: "valid" });
  const verdicts = await Promise.all([1, 2, 3, 4].map((seed) => verify(keyOf(seed))));
  expect(verdicts.map(({ kind }) => kind)).toEqual(["invalid", "invalid", "not_admitted", "not_admitted"]);
  state.nowMs += 60_000;
  expect(await verify(KEY)).toMatchObject({ kind: "valid", isConfirmed: true });
});

test("ten thousand made-up keys reach the record a few hundred times, and push no known key out", async () => {
  const { state, verify } = aGuardedVerifier(() => true);
  await verify(KEY);
  const kinds = new Set<string>();
  for (let seed = 0; seed < 10_000; seed++) kinds.add((await verify(keyOf(seed))).kind);
  expect([...kinds].sort()).toEqual(["invalid", "unavailable"]);
  expect(state.recordsAsked).toBeLessThanOrEqual(200);
  const { recordsAsked } = state;
  expect(await verify(KEY)).toMatchObject({ kind: "valid" });
  expect(state.recordsAsked).toBe(recordsAsked);
  state.nowMs += 1_000;
  expect((await verify(keyOf(20_000))).kind).toBe("invalid");
});

/** An isolate that never had the key, over stores that answer as told. */
function aColdVerifier(mirrored: () => ReturnType<KeyMirror["find"]>, recorded: () => ReturnType<KeySource["find"]>) {
  const background: Promise<unknown>[] = [];
  const verify = createKeyVerifier({
    digest: () => RECORD.digest,
    mirror: { find: mirrored, put: async () => ok(undefined) },
    records: { find: recorded },
    clock: () => 0,
    budgetMs: 1,
  });
  return Object.assign(
    (coldBudgetMs: number) => verify(KEY, { coldBudgetMs, waitUntil: (work) => background.push(work), admit: async () => true }),
    {
      settled: () => Promise.all(background),
    },
  );
}
const never = <T>(): Promise<T> => new Promise(() => undefined);
const down = async () => err({ source: "postgres", reason: "unavailable" } as const);

test("a cold isolate asks Postgres beside a Redis that does not answer", async () => {
  const verify = aColdVerifier(never, async () => ok(RECORD));
  expect(await verify(60_000)).toMatchObject({ kind: "valid", isConfirmed: true });
});

test("a cold isolate waits for Redis past the budget of a warm one", async () => {
  let answer: (record: Awaited<ReturnType<KeyMirror["find"]>>) => void = () => undefined;
  const verify = aColdVerifier(
    () => new Promise((resolve) => (answer = resolve)),
    async () => {
      answer(ok(RECORD));
      return down();
    },
  );
  expect(await verify(60_000)).toMatchObject({ kind: "valid", isConfirmed: true });
});

test("a cold isolate asks Postgres again when it failed, and believes it when it knows no such key", async () => {
  const answers = [await down(), ok(null)];
  const verify = aColdVerifier(
    async () => ok(null),
    async () => answers.shift() ?? down(),
  );
  expect(await verify(60_000)).toEqual({ kind: "invalid", reason: "unknown" });
});

test("what a refused call asked for is known to the next one", async () => {
  let answer: (record: Awaited<ReturnType<KeySource["find"]>>) => void = () => undefined;
  const verify = aColdVerifier(
    async () => ok(null),
    () => new Promise((resolve) => (answer = resolve)),
  );
  expect(await verify(1)).toEqual({ kind: "unavailable" });
  answer(ok(RECORD));
  await verify.settled();
  expect(await verify(60_000)).toMatchObject({ kind: "valid", isConfirmed: true });
});
