import { createRedisClient, type RedisClient } from "../../src/adapters/redis/client.ts";
import { createVelocityStore } from "../../src/adapters/redis/velocity-store.ts";
import type { CanonicalEvent } from "../../src/core/event/event.ts";
import type { Result } from "../../src/core/result.ts";
import type { ClaimReply, ClaimRequest, Settlement, VelocityStore } from "../../src/ports/velocity.ts";
import { TEST_HASH } from "./builders/packed-log.ts";
import type { TestGateways } from "./test-gateways.ts";

/** Long enough for a busy machine; what is measured in these tests is never time. */
export const AMPLE_MS = 10_000;

export function redisClientOf(gateways: TestGateways): RedisClient {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = gateways.vars;
  return createRedisClient({ url, token });
}

/** A store that writes logs in columns, unless it is given another time from which to. */
export function velocityStoreOf(client: RedisClient, world: "live" | "test" = "live", columnsFromMs = 0): VelocityStore {
  return createVelocityStore(client, { world, hash: TEST_HASH, clock: Date.now, columnsFromMs });
}

let tokens = 0;

export function aClaim(event: CanonicalEvent, given: Partial<ClaimRequest> = {}): ClaimRequest {
  tokens += 1;
  return { event, bodyHash: "body", token: `token-${tokens}`, nowMs: event.occurredAtMs, mode: "record", budgetMs: AMPLE_MS, ...given };
}

export function aSettlement(event: CanonicalEvent, given: Partial<Settlement> = {}): Settlement {
  tokens += 1;
  return {
    event,
    bodyHash: "body",
    token: `token-${tokens}`,
    nowMs: event.occurredAtMs,
    status: event.status,
    decision: '{"outcome":"allow"}',
    ...given,
  };
}

/** The value of an answer that must not be a fault. */
export function answered<T>(answer: Result<T, unknown>): T {
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
}

/** Records an event as the pipeline does: claims it, then settles it without a decision. */
export async function record(store: VelocityStore, event: CanonicalEvent): Promise<ClaimReply> {
  const request = aClaim(event);
  const reply = answered(await store.claim(request));
  answered(await store.settleMany([aSettlement(event, { token: request.token, decision: null })], AMPLE_MS));
  return reply;
}
