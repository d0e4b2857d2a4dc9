import * as z from "zod";
import { entitiesIn, type NamedEntity } from "../../core/privacy/personal-places.ts";
import { err, ok } from "../../core/result.ts";
import { openBox, sealBox } from "../../core/secrecy/envelope.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import type { Answer } from "../../ports/answer.ts";
import type { IdempotencyStore, RepeatableCall } from "../../ports/idempotency.ts";
import { fault, type RedisClient } from "./client.ts";
import { SHARED_KEYS, TTL_MS } from "./keys.ts";

const StoredAnswer = z.object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string() });

export interface IdempotencyOptions {
  /** Keyed digest in hex, 32 bytes: names, fingerprints and keys come from it, so Redis alone tells nothing. */
  readonly digest: (text: string) => Promise<string>;
  readonly randomBytes: (length: number) => Uint8Array<ArrayBuffer>;
  readonly hash: DimensionHash;
}

/**
 * Answers by `Idempotency-Key`, in Redis for 24 h. An answer may hold what is shown once (a new API key), so it is encrypted under the caller's own
 * Idempotency-Key, of which Redis has a digest only. Past the budget nothing is claimed: the caller asked for a promise that cannot be kept.
 */
export function createIdempotencyStore(client: RedisClient, { digest, randomBytes, hash }: IdempotencyOptions): IdempotencyStore {
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
      if (state === "erased") return ok({ kind: "erased" });
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
      const sets = new Set(entitiesOf(stored).map(({ kind, value }) => SHARED_KEYS.idempotencyOf(kind, hash.hash64(kind, value))));
      const answer = await client.ask((pipeline) => {
        // Before the answer itself: what an erasure does not find it cannot erase.
        for (const set of sets) {
          pipeline.sadd(set, name);
          pipeline.pexpire(set, TTL_MS.idempotency);
        }
        pipeline.set(name, `done ${fingerprint} ${box}`, { px: TTL_MS.idempotency });
      }, budgetMs);
      return answer.ok ? ok(undefined) : answer;
    },
    async release(call, budgetMs) {
      const name = await nameOf(call);
      const answer = await client.ask((pipeline) => pipeline.del(name), budgetMs);
      return answer.ok ? ok(undefined) : answer;
    },
  };
}

/** Whom an answer names, where it is JSON. */
function entitiesOf({ body }: z.infer<typeof StoredAnswer>): NamedEntity[] {
  try {
    return entitiesIn(JSON.parse(body));
  } catch {
    return [];
  }
}

/** Erases the answers that name an entity. Their names stay for the rest of their time: a repeat must not have its effect again. */
export async function forgetAnswers(
  client: RedisClient,
  hash: DimensionHash,
  entities: readonly NamedEntity[],
  budgetMs: number,
): Answer<void> {
  const endMs = performance.now() + budgetMs;
  const sets = entities.map(({ kind, value }) => SHARED_KEYS.idempotencyOf(kind, hash.hash64(kind, value)));
  const members = await client.ask((pipeline) => {
    for (const set of sets) pipeline.smembers(set);
  }, budgetMs);
  if (!members.ok) return members;
  const names = [...new Set((members.value as readonly (readonly string[] | null)[]).flatMap((found) => found ?? []))];
  if (names.length === 0) return ok(undefined);
  const answers = await client.ask((pipeline) => {
    for (const name of names) pipeline.get(name);
  }, endMs - performance.now());
  if (!answers.ok) return answers;
  const erased = await client.ask((pipeline) => {
    names.forEach((name, i) => {
      const [state, fingerprint] = String(answers.value[i] ?? "").split(" ");
      if (state === "done" && fingerprint !== undefined) pipeline.set(name, `erased ${fingerprint} -`, { keepTtl: true, xx: true });
    });
    pipeline.del(...sets);
  }, endMs - performance.now());
  return erased.ok ? ok(undefined) : erased;
}

const fromHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
