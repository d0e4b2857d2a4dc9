import * as z from "zod";
import { err, ok } from "../../core/result.ts";
import { openBox, sealBox } from "../../core/secrecy/envelope.ts";
import type { IdempotencyStore, RepeatableCall } from "../../ports/idempotency.ts";
import { fault, type RedisClient } from "./client.ts";
import { SHARED_KEYS, TTL_MS } from "./keys.ts";

const StoredAnswer = z.object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string() });

export interface IdempotencyOptions {
  /** Keyed digest in hex, 32 bytes: names, fingerprints and keys come from it, so Redis alone tells nothing. */
  readonly digest: (text: string) => Promise<string>;
  readonly randomBytes: (length: number) => Uint8Array<ArrayBuffer>;
}

/**
 * Answers by `Idempotency-Key`, in Redis for 24 h. An answer may hold what is shown once (a new API key), so it is encrypted under the caller's own
 * Idempotency-Key, of which Redis has a digest only. Past the budget nothing is claimed: the caller asked for a promise that cannot be kept.
 */
export function createIdempotencyStore(client: RedisClient, { digest, randomBytes }: IdempotencyOptions): IdempotencyStore {
  const nameOf = async ({ scope, key }: RepeatableCall) => SHARED_KEYS.idempotency(await digest(`idempotency name\n${scope}\n${key}`));
  const fingerprintOf = ({ request }: RepeatableCall) => digest(`idempotency request\n${request}`);
  const sealingKeyOf = async ({ scope, key }: RepeatableCall) => fromHex(await digest(`idempotency answer\n${scope}\n${key}`));

  return {
    async claim(call, token, budgetMs) {
      const [name, fingerprint] = await Promise.all([nameOf(call), fingerprintOf(call)]);
      const claimed = `flight ${fingerprint} ${token}`;
      // Set if absent, then look who has it: sent twice, both find this call's own token.
      const answer = await client.ask((pipeline) => {
        pipeline.set(name, claimed, { nx: true, px: TTL_MS.idempotencyFlight });
        pipeline.get(name);
      }, budgetMs);
      if (!answer.ok) return answer;
      const [, found] = answer.value;
      if (found === claimed) return ok({ kind: "new" });
      const [state, known, rest] = typeof found === "string" ? found.split(" ") : [];
      // Gone between the two commands, or nothing of ours: the caller tries again.
      if (known === undefined || rest === undefined) return ok({ kind: "in_flight" });
      if (known !== fingerprint) return ok({ kind: "other_request" });
      if (state === "flight") return ok({ kind: "in_flight" });
      try {
        const text = await openBox(await sealingKeyOf(call), rest, name);
        return ok({ kind: "replay", answer: StoredAnswer.parse(JSON.parse(text)) });
      } catch {
        return err(fault("invalid"));
      }
    },
    async complete(call, stored, budgetMs) {
      const [name, fingerprint, key] = await Promise.all([nameOf(call), fingerprintOf(call), sealingKeyOf(call)]);
      const box = await sealBox(key, JSON.stringify(stored), randomBytes(12), name);
      const answer = await client.ask((pipeline) => pipeline.set(name, `done ${fingerprint} ${box}`, { px: TTL_MS.idempotency }), budgetMs);
      return answer.ok ? ok(undefined) : answer;
    },
    async release(call, budgetMs) {
      const name = await nameOf(call);
      const answer = await client.ask((pipeline) => pipeline.del(name), budgetMs);
      return answer.ok ? ok(undefined) : answer;
    },
  };
}

const fromHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
