import { networkKeyOf } from "../../core/address/network-key.ts";
import { parseAddress } from "../../core/address/parse-address.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import { fault, type RedisClient } from "./client.ts";
import { SHARED_KEYS, TTL_MS } from "./keys.ts";

/**
 * Attempts within `TTL_MS.login`: on one name from one address, on all names from one address (IPv6: /64), from one network (IPv6: /48, IPv4: /24),
 * with one device, and by one user at a second factor or at an own password.
 */
const MOST = { pair: 10, address: 50, network: 100, device: 10, second: 10 } as const;
/** Attempts on one name from everywhere before they are spaced; then one passes in each of `ACCOUNT_SPACING_MS`. */
const ACCOUNT_ATTEMPTS = 30;
const ACCOUNT_SPACING_MS = 30_000;

type Waiting = { readonly retryAfterSeconds: number | null };

/**
 * Counts attempts to sign in before they are judged, so that parallel ones do not slip by. Attempts on one name are slowed down, never stopped, and a
 * device that its owner signed in with before is counted by itself: nobody can lock another one out. Names, devices and addresses are hashed.
 * Past the budget: nobody signs in.
 */
export function createLoginAttempts(client: RedisClient, digest: (text: string) => Promise<string>) {
  const keyOf = async (kind: string, of: string): Promise<string> => SHARED_KEYS.login(`${kind}:${await digest(`login ${kind} ${of}`)}`);

  /** How many attempts each counter has with this one, and when it ends. */
  async function count(keys: readonly string[], budgetMs: number): Answer<readonly { readonly count: number; readonly endsMs: number }[]> {
    const answer = await client.ask((pipeline) => {
      for (const key of keys) pipeline.set(key, "0", { nx: true, px: TTL_MS.login }).incr(key).pttl(key);
    }, budgetMs);
    if (!answer.ok) return answer;
    const numbers = answer.value.map(Number);
    const counts = keys.map((_, at) => ({ count: numbers[3 * at + 1] ?? Number.NaN, endsMs: numbers[3 * at + 2] ?? Number.NaN }));
    return counts.some(({ count, endsMs }) => Number.isNaN(count + endsMs)) ? err(fault("invalid")) : ok(counts);
  }

  async function takeOne(kind: "device" | "second", of: string, budgetMs: number): Answer<Waiting> {
    const counted = await count([await keyOf(kind, of)], budgetMs);
    if (!counted.ok) return counted;
    return ok(waiting(counted.value.map((counter) => (counter.count > MOST[kind] ? counter.endsMs : 0))));
  }

  /** One attempt passes in each space; the others are told when it is over. */
  async function takeSpace(accountKey: string, budgetMs: number): Answer<Waiting> {
    const key = `${accountKey}:space`;
    const nonce = crypto.randomUUID();
    const answer = await client.ask(
      (pipeline) => pipeline.set(key, nonce, { nx: true, get: true, px: ACCOUNT_SPACING_MS }).pttl(key),
      budgetMs,
    );
    if (!answer.ok) return answer;
    const [holder, endsMs] = answer.value;
    // A command may be sent twice: the second time it finds its own nonce.
    return ok(holder === null || holder === nonce ? { retryAfterSeconds: null } : waiting([Math.max(1, Number(endsMs))]));
  }

  const pairKey = (username: string, from: string): Promise<string> => keyOf("pair", `${username} ${from}`);
  return {
    async take(username: string, address: string | null, budgetMs: number): Answer<Waiting> {
      const { from, network } = originOf(address);
      const account = await keyOf("account", username);
      const keys = [await pairKey(username, from), await keyOf("from", from), await keyOf("network", network), account];
      const counted = await count(keys, budgetMs);
      if (!counted.ok) return counted;
      const mosts = [MOST.pair, MOST.address, MOST.network];
      const waits = mosts.map((most, at) => ((counted.value[at]?.count ?? 0) > most ? (counted.value[at]?.endsMs ?? 0) : 0));
      if (waits.some((ms) => ms > 0)) return ok(waiting(waits));
      return (counted.value[3]?.count ?? 0) > ACCOUNT_ATTEMPTS ? takeSpace(account, budgetMs) : ok({ retryAfterSeconds: null });
    },
    takeDevice: (deviceId: string, budgetMs: number): Answer<Waiting> => takeOne("device", deviceId, budgetMs),
    takeSecond: (userId: string, budgetMs: number): Answer<Waiting> => takeOne("second", userId, budgetMs),
    async forget(
      { username, address, deviceId, userId }: { username: string; address: string | null; deviceId: string | null; userId: string },
      budgetMs: number,
    ): Promise<Result<void, ReturnType<typeof fault>>> {
      const counted = await keyOf("account", username);
      const over = [await pairKey(username, originOf(address).from), await keyOf("second", userId)];
      if (deviceId !== null) over.push(await keyOf("device", deviceId));
      const answer = await client.ask((pipeline) => {
        for (const key of over) pipeline.del(key);
        // Its own attempt only: those of a guesser stay counted.
        if (deviceId === null) pipeline.set(counted, "1", { nx: true, px: TTL_MS.login }).decr(counted);
      }, budgetMs);
      return answer.ok ? ok(undefined) : answer;
    },
  };
}

function waiting(waitsMs: readonly number[]): Waiting {
  const longestMs = Math.max(...waitsMs);
  return { retryAfterSeconds: longestMs > 0 ? Math.ceil(longestMs / 1000) : null };
}

/** One network of IPv6 counts as one address. */
function originOf(address: string | null): { readonly from: string; readonly network: string } {
  const parsed = address === null ? null : parseAddress(address);
  if (parsed === null) return { from: address ?? "", network: address ?? "" };
  return { from: parsed.countingKey, network: networkKeyOf(parsed) };
}
