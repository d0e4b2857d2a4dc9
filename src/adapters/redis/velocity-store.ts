import type { World } from "../../core/access/api-key.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import { encodeId, encodeStatus } from "../../core/velocity/record.ts";
import type { Answer, SourceFault } from "../../ports/answer.ts";
import type { ClaimReply, ClaimRequest, Settlement, VelocityStore } from "../../ports/velocity.ts";
import { claimCall } from "./claim-call.ts";
import { type ClaimReads, claimReads, claimReply, readPacked } from "./claim-reads.ts";
import { readClaim } from "./claim-value.ts";
import { fault, type RedisClient, resultsOf } from "./client.ts";
import { ALL_SHARDS, createWorldKeys, SHARED_KEYS, stageKey, TTL_MS } from "./keys.ts";
import { createLogUpkeep } from "./log-upkeep.ts";
import { createPendingClearer, readPending } from "./pending-entries.ts";
import { readPointer } from "./read-pointer.ts";
import { CLAIM_SCRIPT } from "./scripts/claim-script.ts";
import { RECORD_SCRIPT } from "./scripts/record-script.ts";
import { createScript } from "./scripts/script.ts";
import { SETTLE_SCRIPT } from "./scripts/settle-script.ts";
import { STATUS_SCRIPT } from "./scripts/status-script.ts";
import { recordCall, settleCall } from "./settle-call.ts";
import { createTouchedEntities, type LogFormat, statusKeys, type TouchedEntity } from "./touched-entities.ts";

/** Claims answer with up to eight logs (about 20 KB), settlements carry decisions: so many stay well under a request's 1 MB to 10 MB. */
const CLAIMS_PER_REQUEST = 25;
const SETTLEMENTS_PER_REQUEST = 50;

export interface VelocityStoreOptions {
  readonly world: World;
  readonly hash: DimensionHash;
  readonly clock: () => number;
  /** From when on logs are written in columns, where that is known before Redis was asked: epoch ms. */
  readonly columnsFromMs?: number;
}

/** The velocity store of one world on Redis. Every call settles within its budget; past it the fault says `timeout` and a write may or may not have happened. */
export function createVelocityStore(client: RedisClient, { world, hash, clock, columnsFromMs }: VelocityStoreOptions): VelocityStore {
  const keys = createWorldKeys(world, hash);
  const touched = createTouchedEntities(keys);
  const claimScript = createScript(client, CLAIM_SCRIPT);
  const settleScript = createScript(client, SETTLE_SCRIPT);
  const recordScript = createScript(client, RECORD_SCRIPT);
  const statusScript = createScript(client, STATUS_SCRIPT);
  const upkeep = createLogUpkeep(client, clock);
  const clearPending = createPendingClearer(client, keys);
  const context = { keys, hash, touched };
  /** Undefined until Redis was asked. */
  let formatsFromMs = columnsFromMs;

  const hearFormats = (text: unknown): void => {
    if (typeof text === "string") formatsFromMs = Number(text);
    else formatsFromMs ??= Number.POSITIVE_INFINITY;
  };
  /** A cold isolate asks; after that every claim tells. What cannot be told is written as the previous version reads it. */
  const formatWithin = async (budgetMs: number): Promise<LogFormat> => {
    if (formatsFromMs === undefined) {
      const answer = await client.ask((pipeline) => pipeline.get(SHARED_KEYS.formats), budgetMs);
      if (answer.ok) hearFormats(answer.value[0]);
    }
    return formatsFromMs !== undefined && clock() >= formatsFromMs ? "2" : "1";
  };

  const claimMany = async (requests: readonly ClaimRequest[], budgetMs: number): Answer<readonly ClaimReply[]> => {
    const endMs = performance.now() + budgetMs;
    const replies: ClaimReply[] = [];
    for (let from = 0; from < requests.length; from += CLAIMS_PER_REQUEST) {
      // A batch on one entity would make its tail longer with every chunk.
      if (from > 0 && upkeep.isDue) await upkeep.run(endMs - performance.now());
      const answer = await claimChunk(requests.slice(from, from + CLAIMS_PER_REQUEST), endMs - performance.now());
      if (!answer.ok) return answer;
      replies.push(...answer.value);
    }
    return ok(replies);
  };

  const claimChunk = async (requests: readonly ClaimRequest[], budgetMs: number): Answer<readonly ClaimReply[]> => {
    const endMs = performance.now() + budgetMs;
    const format = await formatWithin(budgetMs / 2);
    const prepared = requests.map((request) => {
      const entities = touched(request.event);
      const mayBeMoved = request.mode === "peek" || request.event.stage !== "";
      return {
        request,
        entities,
        reads: claimReads(request, entities, { keys, withIds: mayBeMoved }),
        call: claimCall(request, entities, { keys, hash, format }),
      };
    });
    const answer = await claimScript.run(
      prepared.map(({ call }) => call),
      endMs - performance.now(),
      (index) => [["MGET", SHARED_KEYS.pointer, SHARED_KEYS.formats, ...(prepared[index]?.reads.keys ?? [])]],
    );
    if (!answer.ok) return answer;
    const replies: ClaimReply[] = [];
    for (const [index, { request, entities, reads }] of prepared.entries()) {
      const script = answer.value[2 * index];
      const read = answer.value[2 * index + 1];
      if (!Array.isArray(script) || !Array.isArray(read)) return err(fault("invalid"));
      const [pointer, formats, ...texts] = read as unknown[];
      hearFormats(formats);
      // A claim that is this call's own already was made by an earlier try of the whole chunk.
      const appended = (script[0] === "own" ? requests.slice(index) : [request]).map(({ event }) => event.id);
      const about = { hash, pointer: readPointer(pointer), appended };
      const reply =
        claimReply(request, script, reads, texts, about) ?? (await withIds(request, entities, script, about, endMs - performance.now()));
      if (reply === null) return err(fault("unavailable"));
      replies.push(reply);
      noteUpkeep(request, entities, script[5], reads, texts, format);
    }
    return ok(replies);
  };

  /** Reads again, for an event that may stand among the columns already. */
  const withIds = async (
    request: ClaimRequest,
    entities: readonly TouchedEntity[],
    script: readonly unknown[],
    about: Parameters<typeof claimReply>[4],
    budgetMs: number,
  ): Promise<ClaimReply | null> => {
    const reads = claimReads(request, entities, { keys, withIds: true });
    const answer = resultsOf(await client.sendCommands([["MGET", ...reads.keys]], budgetMs));
    const texts = answer.ok ? answer.value[0] : null;
    return Array.isArray(texts) ? claimReply(request, script, reads, texts, about) : null;
  };

  const noteUpkeep = (
    request: ClaimRequest,
    entities: readonly TouchedEntity[],
    grown: unknown,
    reads: ClaimReads,
    texts: readonly unknown[],
    format: LogFormat,
  ): void => {
    if (request.mode === "peek") return;
    for (const number of Array.isArray(grown) ? grown : []) {
      const entity = entities[Number(number) - 1];
      if (entity !== undefined) upkeep.due(entity.kind, entity.keys);
    }
    for (const log of reads.logs) {
      const kind = entities.find(({ keys: entity }) => entity === log.entity)?.kind;
      const packed = kind === undefined ? undefined : readPacked(log, texts);
      if (kind !== undefined && packed !== undefined)
        upkeep.meet(kind, log.entity, packed, { nowMs: request.nowMs, inColumns: format === "2" });
    }
  };

  const settleAll = async (settlements: readonly Settlement[], budgetMs: number): Answer<void> => {
    const endMs = performance.now() + budgetMs;
    for (let from = 0; from < settlements.length; from += SETTLEMENTS_PER_REQUEST) {
      const some = settlements.slice(from, from + SETTLEMENTS_PER_REQUEST);
      const answer = await settleScript.run([settleCall(some, context)], endMs - performance.now());
      if (!answer.ok) return answer;
      const [outcomes] = answer.value;
      if (!Array.isArray(outcomes) || outcomes.length !== some.length) return err(fault("invalid"));
      const unclaimed = some.filter((_, index) => outcomes[index] === "unknown");
      if (unclaimed.length === 0) continue;
      const format = await formatWithin(endMs - performance.now());
      const recorded = await recordScript.run(
        unclaimed.map((settlement) => recordCall(settlement, context, format)),
        endMs - performance.now(),
      );
      if (!recorded.ok) return recorded;
      // Another stage of a known transaction appends nothing, but its event's status changes.
      for (const [index, { event, status }] of unclaimed.entries()) {
        if (recorded.value[index] !== "stage" || status === event.status) continue;
        const set = await setStatus(event, status, endMs - performance.now());
        if (!set.ok) return set;
      }
    }
    return ok(undefined);
  };

  const settleMany = async (settlements: readonly Settlement[], budgetMs: number): Answer<void> => {
    const endMs = performance.now() + budgetMs;
    const settled = await settleAll(settlements, budgetMs);
    // What is not done now is met again by the entities' next events.
    if (settled.ok && upkeep.isDue) await upkeep.run(endMs - performance.now());
    return settled;
  };

  const setStatuses: VelocityStore["setStatuses"] = async (changes, budgetMs) => {
    const calls = changes.flatMap(({ transaction, status }) => {
      const logs = statusKeys(touched(transaction));
      return logs.length === 0 ? [] : [{ keys: logs, args: [encodeId(transaction.id, hash), encodeStatus(status)] }];
    });
    return calls.length === 0 ? ok(undefined) : done(await statusScript.run(calls, budgetMs));
  };
  const setStatus: VelocityStore["setStatus"] = (transaction, status, budgetMs) => setStatuses([{ transaction, status }], budgetMs);

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
      return sections.ok ? ok(sections.value.find(({ event }) => event !== null)?.event ?? null) : sections;
    },
    settle: (settlement, budgetMs) => settleAll([settlement], budgetMs),
    settleMany,
    setStatus,
    setStatuses,
    tidy: async (budgetMs) => (upkeep.isDue ? upkeep.run(budgetMs) : ok(undefined)),
    pending: (limit, budgetMs, shards = ALL_SHARDS) => readPending(client, keys, { shards, limit, nowMs: clock() }, budgetMs),
    async clear(entries, budgetMs) {
      const endMs = performance.now() + budgetMs;
      const format = await formatWithin(budgetMs / 2);
      return clearPending(entries, { isShrunk: format === "2", budgetMs: endMs - performance.now() });
    },
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
