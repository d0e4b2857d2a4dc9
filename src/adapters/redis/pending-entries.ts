import { ok } from "../../core/result.ts";
import type { Answer } from "../../ports/answer.ts";
import type { PendingEntry } from "../../ports/velocity.ts";
import { readClaim } from "./claim-value.ts";
import type { RedisClient } from "./client.ts";
import { PENDING_SHARDS, pendingMember, readPendingMember, stageKey, TTL_MS, type WorldKeys } from "./keys.ts";

const CLAIMS_PER_READ = 50;

interface Member {
  readonly id: string;
  readonly stage: string;
  readonly claimedAtMs: number;
}

/** The oldest pending entries over all shards, at most `limit`; members whose claim is gone are taken out. */
export async function readPending(client: RedisClient, keys: WorldKeys, limit: number, budgetMs: number): Answer<readonly PendingEntry[]> {
  const endMs = performance.now() + budgetMs;
  // Ids spread evenly; a shard that has more than its part keeps it for the next call.
  const perShard = Math.min(limit, 4 * Math.ceil(limit / PENDING_SHARDS));
  const shards = await client.ask((pipeline) => {
    for (let shard = 0; shard < PENDING_SHARDS; shard++) pipeline.zrange(keys.pending(shard), 0, perShard - 1, { withScores: true });
  }, budgetMs);
  if (!shards.ok) return shards;
  const inUse = shards.value.flatMap((members, shard) => (Array.isArray(members) && members.length > 0 ? [shard] : []));
  const members = shards.value
    .flatMap(membersOf)
    .sort((a, b) => a.claimedAtMs - b.claimedAtMs)
    .slice(0, limit);
  if (members.length === 0) return ok([]);

  const ids = [...new Set(members.map((member) => member.id))];
  const reads = Math.ceil(ids.length / CLAIMS_PER_READ);
  const claims = await client.ask((pipeline) => {
    for (let read = 0; read < reads; read++)
      pipeline.mget(...ids.slice(read * CLAIMS_PER_READ, (read + 1) * CLAIMS_PER_READ).map(keys.claim));
    // What waits for Postgres outlasts any outage of it.
    for (const shard of inUse) pipeline.pexpire(keys.pending(shard), TTL_MS.pending);
  }, endMs - performance.now());
  if (!claims.ok) return claims;
  const texts = claims.value.slice(0, reads).flatMap((values) => (Array.isArray(values) ? values : []));
  const sections = new Map(ids.map((id, index) => [id, typeof texts[index] === "string" ? readClaim(texts[index]) : []]));

  const entries: PendingEntry[] = [];
  const gone: Member[] = [];
  for (const member of members) {
    const section = sections.get(member.id)?.find((one) => stageKey(one.stage) === stageKey(member.stage));
    if (section === undefined) gone.push(member);
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

export async function removePending(
  client: RedisClient,
  keys: WorldKeys,
  entries: readonly Pick<PendingEntry, "id" | "stage">[],
  budgetMs: number,
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
