import { expect, test } from "vitest";
import { formatApiKey } from "../../src/core/access/api-key.ts";
import { err, ok } from "../../src/core/result.ts";
import { createKeyVerifier } from "../../src/pipeline/verify-key.ts";
import type { ApiKeyRecord } from "../../src/ports/access.ts";

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
    digest: async () => RECORD.digest,
    mirror: { find, put: async () => ok(undefined) },
    records: { find },
    clock: () => state.nowMs,
    budgetMs: 10,
  });
  return { state, verify: () => verify(KEY, () => undefined) };
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
