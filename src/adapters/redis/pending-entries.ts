import { plainAnswer, readStoredDecision } from "../../core/decision/answer.ts";
import { awaitsDecision } from "../../core/event/event.ts";
import { ok } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import type { ClearedEntry, PendingEntry } from "../../ports/velocity.ts";
import { decisionText, readClaim } from "./claim-value.ts";
import type { RedisClient } from "./client.ts";
import { pendingMember, readPendingMember, stageKey, TTL_MS, type WorldKeys } from "./keys.ts";
import { createScript, type ScriptCall } from "./scripts/script.ts";
import { SHRINK_SCRIPT } from "./scripts/shrink-script.ts";

/** A claim is some kilobytes: an answer stays well under a megabyte. */
const CLAIMS_PER_READ = 100;
/** Entries that wait longer than this get their shard's time to live set anew: they outlast any outage of Postgres. */
const WAITS_LONG_MS = 60_000;

interface Member {
  readonly id: string;
  readonly stage: string;
  readonly claimedAtMs: number;
}

export interface PendingQuery {
  readonly shards: readonly number[];
  readonly limit: number;
  readonly nowMs: number;
}

/** The oldest pending entries of some shards, at most `limit`; members whose claim is gone are taken out. */
export async function readPending(
  client: RedisClient,
  keys: WorldKeys,
  { shards, limit, nowMs }: PendingQuery,
  budgetMs: number,
): Answer<readonly PendingEntry[]> {
  if (shards.length === 0) return ok([]);
  const endMs = performance.now() + budgetMs;
  // Ids spread evenly; a shard that has more than its part keeps it for the next call.
  const perShard = Math.min(limit, 4 * Math.ceil(limit / shards.length));
  const answer = await client.ask((pipeline) => {
    for (const shard of shards) pipeline.zrange(keys.pending(shard), 0, perShard - 1, { withScores: true });
  }, budgetMs);
  if (!answer.ok) return answer;
  const perShardMembers = answer.value.map(membersOf);
  const isCut = shards.filter((_, index) => perShardMembers[index]?.length === perShard);
  if (isCut.length > 0 && perShard < limit && perShardMembers.flat().length < limit) {
    // Unevenly filled: fewer than `limit` must mean that nothing is left.
    const whole = await client.ask((pipeline) => {
      for (const shard of isCut) pipeline.zrange(keys.pending(shard), 0, limit - 1, { withScores: true });
    }, endMs - performance.now());
    if (!whole.ok) return whole;
    for (const [index, shard] of isCut.entries()) perShardMembers[shards.indexOf(shard)] = membersOf(whole.value[index]);
  }
  const members = perShardMembers
    .flat()
    .sort((a, b) => a.claimedAtMs - b.claimedAtMs)
    .slice(0, limit);
  if (members.length === 0) return ok([]);
  const waiting = shards.filter((_, index) => (perShardMembers[index]?.[0]?.claimedAtMs ?? nowMs) < nowMs - WAITS_LONG_MS);

  const ids = [...new Set(members.map((member) => member.id))];
  const texts: unknown[] = [];
  for (let from = 0; from < ids.length; from += CLAIMS_PER_READ) {
    const claims = await client.ask((pipeline) => {
      pipeline.mget(...ids.slice(from, from + CLAIMS_PER_READ).map(keys.claim));
      if (from === 0) for (const shard of waiting) pipeline.pexpire(keys.pending(shard), TTL_MS.pending);
    }, endMs - performance.now());
    if (!claims.ok) return claims;
    const [values] = claims.value;
    texts.push(...(Array.isArray(values) ? values : []));
  }
  const sections = new Map(ids.map((id, index) => [id, typeof texts[index] === "string" ? readClaim(texts[index]) : []]));

  const entries: PendingEntry[] = [];
  const gone: Member[] = [];
  for (const member of members) {
    const section = sections.get(member.id)?.find((one) => stageKey(one.stage) === stageKey(member.stage));
    if (section === undefined || section.event === null) gone.push(member);
    else
      entries.push({
        id: member.id,
        stage: section.stage,
        claimedAtMs: section.firstSeenMs,
        event: section.event,
        bodyHash: section.bodyHash,
        decision: section.decision,
        isSettled: section.state === "settled",
      });
  }
  if (gone.length > 0) await removePending(client, keys, gone, endMs - performance.now());
  return ok(entries);
}

/**
 * Takes entries that Postgres has out of their shards. Their claims are from then on only what a repeated call finds: they live a day, and `isShrunk`
 * leaves them hash, id and plain answer, which the previous version cannot read.
 */
export function createPendingClearer(
  client: RedisClient,
  keys: WorldKeys,
): (entries: readonly ClearedEntry[], how: { readonly isShrunk: boolean; readonly budgetMs: number }) => Answer<void> {
  const shrinkScript = createScript(client, SHRINK_SCRIPT);
  return async (entries, { isShrunk, budgetMs }) => {
    if (!isShrunk) return removePending(client, keys, entries, budgetMs);
    const endMs = performance.now() + budgetMs;
    const byClaim = new Map<string, string[]>();
    for (const entry of entries) {
      const answer = plainAnswerOf(entry);
      const claim = keys.claim(entry.id);
      byClaim.set(claim, [...(byClaim.get(claim) ?? []), ...(answer === null ? [] : [stageKey(entry.stage), answer])]);
    }
    const claims = [...byClaim];
    const calls: ScriptCall[] = [];
    for (let from = 0; from < claims.length; from += CLAIMS_PER_READ) {
      const some = claims.slice(from, from + CLAIMS_PER_READ);
      const args = some.flatMap(([, stages]) => [String(stages.length / 2), ...stages]);
      calls.push({ keys: some.map(([claim]) => claim), args: [String(TTL_MS.claim), ...args] });
    }
    if (calls.length === 0) return ok(undefined);
    const shrunk = await shrinkScript.run(calls, budgetMs);
    // A claim that is shrunk and still named is taken for gone by the next run.
    return shrunk.ok ? removePending(client, keys, entries, endMs - performance.now(), "shrunk") : shrunk;
  };
}

/** Null for a decision that was made for the entry later, and for a damaged one: then the claim stays whole. */
function plainAnswerOf({ event, decision }: ClearedEntry): string | null {
  if (decision == null) return event === undefined || awaitsDecision(event) ? null : "";
  const stored = readStoredDecision(decision);
  return stored === null ? null : decisionText(JSON.stringify(plainAnswer(stored.answer)));
}

async function removePending(
  client: RedisClient,
  keys: WorldKeys,
  entries: readonly Pick<PendingEntry, "id" | "stage">[],
  budgetMs: number,
  claims: "whole" | "shrunk" = "whole",
): Answer<void> {
  if (entries.length === 0) return ok(undefined);
  const byShard = new Map<number, string[]>();
  for (const { id, stage } of entries) {
    const shard = keys.shardOf(id);
    byShard.set(shard, [...(byShard.get(shard) ?? []), pendingMember(id, stage)]);
  }
  const answer = await client.ask((pipeline) => {
    for (const [shard, members] of byShard) pipeline.zrem(keys.pending(shard), ...members);
    // Postgres has it now: from here the claim is only what a repeated call finds.
    if (claims === "shrunk") return;
    for (const id of new Set(entries.map((entry) => entry.id))) pipeline.pexpire(keys.claim(id), TTL_MS.claim);
  }, budgetMs);
  return answer.ok ? ok(undefined) : answer;
}

/** `[member, score, member, score, …]` as Redis answers WITHSCORES. */
function membersOf(reply: unknown): Member[] {
  if (!Array.isArray(reply)) return [];
  const members: Member[] = [];
  for (let at = 0; at + 1 < reply.length; at += 2)
    members.push({ ...readPendingMember(String(reply[at])), claimedAtMs: Number(reply[at + 1]) });
  return members;
}
