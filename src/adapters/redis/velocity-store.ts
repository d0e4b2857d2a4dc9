import type { World } from "../../core/access/api-key.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import { encodeId, encodeStatus } from "../../core/velocity/record.ts";
import type { Answer, SourceFault } from "../../ports/answer.ts";
import type { ClaimReply, ClaimRequest, Settlement, VelocityStore } from "../../ports/velocity.ts";
import { claimCall } from "./claim-call.ts";
import { claimReads, claimReply } from "./claim-reads.ts";
import { readClaim } from "./claim-value.ts";
import { fault, type RedisClient } from "./client.ts";
import { ALL_SHARDS, createWorldKeys, SHARED_KEYS, stageKey, TTL_MS } from "./keys.ts";
import { readPending, removePending } from "./pending-entries.ts";
import { readPointer } from "./read-pointer.ts";
import { createRenewal } from "./renewal.ts";
import { CLAIM_SCRIPT } from "./scripts/claim-script.ts";
import { RENEW_SCRIPT } from "./scripts/renew-script.ts";
import { createScript } from "./scripts/script.ts";
import { SETTLE_SCRIPT } from "./scripts/settle-script.ts";
import { STATUS_SCRIPT } from "./scripts/status-script.ts";
import { settleCall } from "./settle-call.ts";
import { touchedEntities } from "./touched-entities.ts";

/** Claims answer with up to eight logs (about 40 KB), settlements carry decisions: so many stay well under a request's 1 MB to 10 MB. */
const CLAIMS_PER_REQUEST = 25;
const SETTLEMENTS_PER_REQUEST = 50;

/** The velocity store of one world on Redis. Every call settles within its budget; past it the fault says `timeout` and a write may or may not have happened. */
export function createVelocityStore(
  client: RedisClient,
  { world, hash, clock }: { readonly world: World; readonly hash: DimensionHash; readonly clock: () => number },
): VelocityStore {
  const keys = createWorldKeys(world, hash);
  const claimScript = createScript(client, CLAIM_SCRIPT);
  const settleScript = createScript(client, SETTLE_SCRIPT);
  const renewScript = createScript(client, RENEW_SCRIPT);
  const renewal = createRenewal();
  const statusScript = createScript(client, STATUS_SCRIPT);

  const claimMany = async (requests: readonly ClaimRequest[], budgetMs: number): Answer<readonly ClaimReply[]> => {
    const endMs = performance.now() + budgetMs;
    const replies: ClaimReply[] = [];
    for (let from = 0; from < requests.length; from += CLAIMS_PER_REQUEST) {
      const answer = await claimChunk(requests.slice(from, from + CLAIMS_PER_REQUEST), endMs - performance.now());
      if (!answer.ok) return answer;
      replies.push(...answer.value);
    }
    return ok(replies);
  };

  const claimChunk = async (requests: readonly ClaimRequest[], budgetMs: number): Answer<readonly ClaimReply[]> => {
    const prepared = requests.map((request) => {
      const entities = touchedEntities(request.event, keys);
      return { request, entities, reads: claimReads(request, entities, keys), call: claimCall(request, entities, keys, hash) };
    });
    const answer = await claimScript.run(
      prepared.map(({ call }) => call),
      budgetMs,
      (pipeline, index) => pipeline.mget(SHARED_KEYS.pointer, ...(prepared[index]?.reads.keys ?? [])),
    );
    if (!answer.ok) return answer;
    const replies: ClaimReply[] = [];
    for (const [index, { request, entities, reads }] of prepared.entries()) {
      const script = answer.value[2 * index];
      const read = answer.value[2 * index + 1];
      if (!Array.isArray(script) || !Array.isArray(read)) return err(fault("invalid"));
      const [pointer, ...texts] = read as unknown[];
      // A claim that is this call's own already was made by an earlier try of the whole chunk.
      const appended = script[0] === "own" ? requests.slice(index) : [request];
      const context = { hash, pointer: readPointer(pointer), appended: appended.map(({ event }) => event.id) };
      replies.push(claimReply(request, script, reads, texts, context));
      for (const [at, { kind, keys: entity }] of entities.entries()) {
        const text = texts[reads.logs[at] ?? -1];
        if (typeof text === "string") renewal.meet(kind, entity.log, text, request.nowMs);
      }
    }
    return ok(replies);
  };

  const settleMany = async (settlements: readonly Settlement[], budgetMs: number): Answer<void> => {
    const endMs = performance.now() + budgetMs;
    for (let from = 0; from < settlements.length; from += SETTLEMENTS_PER_REQUEST) {
      const calls = settlements.slice(from, from + SETTLEMENTS_PER_REQUEST).map((settlement) => settleCall(settlement, keys, hash));
      const answer = await settleScript.run(calls, endMs - performance.now());
      if (!answer.ok) return answer;
    }
    const due = renewal.take(clock());
    // A log that is not renewed now is met again by its entity's next event.
    if (due !== null) await renewScript.run([due], endMs - performance.now());
    return ok(undefined);
  };

  const sectionsOf = async (id: string, budgetMs: number) => {
    const answer = await client.ask((pipeline) => pipeline.get(keys.claim(id)), budgetMs);
    if (!answer.ok) return answer;
    const [text] = answer.value;
    return ok(typeof text === "string" ? readClaim(text) : []);
  };

  return {
    async claim(request) {
      const answer = await claimMany([request], request.budgetMs);
      if (!answer.ok) return answer;
      const [reply] = answer.value;
      return reply === undefined ? err(fault("invalid")) : ok(reply);
    },
    claimMany,
    async decisionOf(id, stage, budgetMs) {
      const sections = await sectionsOf(id, budgetMs);
      if (!sections.ok) return sections;
      const section = sections.value.find((one) => stageKey(one.stage) === stageKey(stage));
      return ok({ known: section !== undefined, decision: section?.decision ?? null });
    },
    async eventOf(id, budgetMs) {
      const sections = await sectionsOf(id, budgetMs);
      return sections.ok ? ok(sections.value[0]?.event ?? null) : sections;
    },
    settle: (settlement, budgetMs) => settleMany([settlement], budgetMs),
    settleMany,
    async setStatus(transaction, status, budgetMs) {
      const logs = touchedEntities(transaction, keys).map((entity) => entity.keys.log);
      if (logs.length === 0) return ok(undefined);
      const answer = await statusScript.run([{ keys: logs, args: [encodeId(transaction.id, hash), encodeStatus(status)] }], budgetMs);
      return answer.ok ? ok(undefined) : answer;
    },
    pending: (limit, budgetMs, shards = ALL_SHARDS) => readPending(client, keys, { shards, limit, nowMs: clock() }, budgetMs),
    clear: (entries, budgetMs) => removePending(client, keys, entries, budgetMs),
    async cacheAggregates(entity, id, text, budgetMs) {
      const names = keys.entity(entity, id);
      const answer = await client.ask((pipeline) => {
        pipeline.set(names.aggregates, text, { px: TTL_MS.aggregates });
        // Takes the lease's place: while it is there nobody is asked to refresh.
        pipeline.set(names.fresh, "1", { px: TTL_MS.fresh });
      }, budgetMs);
      return done(answer);
    },
    async dropAggregates(entity, id, budgetMs) {
      const { aggregates, fresh } = keys.entity(entity, id);
      return done(await client.ask((pipeline) => pipeline.del(aggregates, fresh), budgetMs));
    },
    async putStored(entity, id, values, budgetMs) {
      const { stored } = keys.entity(entity, id);
      return done(await client.ask((pipeline) => pipeline.set(stored, JSON.stringify(values), { px: TTL_MS.stored }), budgetMs));
    },
  };
}

function done(answer: Result<unknown, SourceFault>): Result<void, SourceFault> {
  return answer.ok ? ok(undefined) : answer;
}
