import { parseAddress } from "../../core/address/parse-address.ts";
import { err, ok } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import { fault, type RedisClient } from "./client.ts";
import { SHARED_KEYS, TTL_MS } from "./keys.ts";

/** Attempts within `TTL_MS.login`: on one name from one address, and on all names from one address. */
const MOST = { pair: 10, address: 50 } as const;

/**
 * Counts attempts to sign in before they are judged, so that parallel ones do not slip by. A name alone is not counted:
 * anyone could lock its owner out. Names and addresses are hashed. Past the budget: nobody signs in.
 */
export function createLoginAttempts(client: RedisClient, digest: (text: string) => Promise<string>) {
  const pairKey = async (username: string, from: string) => SHARED_KEYS.login(`pair:${await digest(`login ${username} ${from}`)}`);
  return {
    async take(username: string, address: string | null, budgetMs: number): Answer<{ readonly retryAfterSeconds: number | null }> {
      const from = originOf(address);
      const keys = [await pairKey(username, from), SHARED_KEYS.login(`from:${await digest(`login ${from}`)}`)];
      const answer = await client.ask((pipeline) => {
        for (const key of keys) pipeline.set(key, "0", { nx: true, px: TTL_MS.login }).incr(key).pttl(key);
      }, budgetMs);
      if (!answer.ok) return answer;
      const [, pair, pairEndsMs, , all, allEndMs] = answer.value.map(Number);
      if (pair === undefined || all === undefined || Number.isNaN(pair + all)) return err(fault("invalid"));
      const waitMs = Math.max(pair > MOST.pair ? (pairEndsMs ?? 0) : 0, all > MOST.address ? (allEndMs ?? 0) : 0);
      return ok({ retryAfterSeconds: waitMs > 0 ? Math.ceil(waitMs / 1000) : null });
    },
    async forget(username: string, address: string | null, budgetMs: number): Answer<void> {
      const key = await pairKey(username, originOf(address));
      const answer = await client.ask((pipeline) => pipeline.del(key), budgetMs);
      return answer.ok ? ok(undefined) : answer;
    },
  };
}

/** One network of IPv6 counts as one address. */
const originOf = (address: string | null): string => (address === null ? "" : (parseAddress(address)?.countingKey ?? address));
