import type { World } from "../../core/access/api-key.ts";
import { ok, type Result } from "../../core/result.ts";
import type { SourceFault } from "../../ports/answer.ts";
import type { ListSource, ListStore } from "../../ports/lists.ts";
import type { Pipeline, RedisClient } from "./client.ts";
import { listKeys, TTL_MS } from "./keys.ts";
import { LIST_APPEND_SCRIPT, LIST_SNAPSHOT_SCRIPT } from "./scripts/list-scripts.ts";
import { createScript } from "./scripts/script.ts";

/** People's and rules' entries as Redis keeps them. Past the budget: the last good lists stay. */
export function createListSource(client: RedisClient, world: World): ListSource {
  const keys = listKeys(world);
  return {
    async version(budgetMs) {
      const answer = await client.ask((pipeline) => pipeline.get(keys.version), budgetMs);
      return mapOne(answer, versionOf);
    },
    async changes(after, budgetMs) {
      const answer = await client.ask((pipeline) => changesAfter(pipeline, keys.changes, after), budgetMs);
      return mapOne(answer, textsOf);
    },
    async snapshot(budgetMs) {
      const answer = await client.ask((pipeline) => pipeline.get(keys.snapshot), budgetMs);
      return mapOne(answer, (text) => (typeof text === "string" ? text : null));
    },
  };
}

export function createListStore(client: RedisClient, world: World): ListStore {
  const keys = listKeys(world);
  const appending = createScript(client, LIST_APPEND_SCRIPT);
  const keeping = createScript(client, LIST_SNAPSHOT_SCRIPT);
  const ttl = String(TTL_MS.lists);
  return {
    ...createListSource(client, world),
    async append({ from, to, text }, budgetMs) {
      const call = { keys: [keys.version, keys.changes], args: [String(from), String(to), text, ttl] };
      return mapOne(await appending.run([call], budgetMs), versionOf);
    },
    async putSnapshot(version, text, budgetMs) {
      const call = { keys: [keys.version, keys.changes, keys.snapshot, keys.snapshotVersion], args: [String(version), text, ttl] };
      const answer = await keeping.run([call], budgetMs);
      return answer.ok ? ok(undefined) : answer;
    },
    async journal(budgetMs) {
      const head = await client.ask((pipeline) => {
        pipeline.mget(keys.version, keys.snapshotVersion);
        pipeline.exists(keys.snapshot);
        for (const key of [keys.version, keys.changes, keys.snapshot, keys.snapshotVersion]) pipeline.pexpire(key, TTL_MS.lists);
      }, budgetMs);
      if (!head.ok) return head;
      const [versions, isThere] = head.value;
      const [version, kept] = (Array.isArray(versions) ? versions : []).map(versionOf);
      const snapshot = Number(isThere) === 0 ? null : (kept ?? null);
      if (snapshot === null) return ok({ version: version ?? null, snapshot, changes: [] });
      const since = await client.ask((pipeline) => changesAfter(pipeline, keys.changes, snapshot), budgetMs);
      return mapOne(since, (texts) => ({ version: version ?? null, snapshot, changes: textsOf(texts) }));
    },
  };
}

const changesAfter = (pipeline: Pipeline, key: string, after: number): unknown =>
  pipeline.zrange(key, `(${after}`, "+inf", { byScore: true });

function mapOne<T>(answer: Result<readonly unknown[], SourceFault>, read: (reply: unknown) => T): Result<T, SourceFault> {
  return answer.ok ? ok(read(answer.value[0])) : answer;
}

const versionOf = (reply: unknown): number | null => {
  const text = typeof reply === "number" ? String(reply) : reply;
  return typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : null;
};
const textsOf = (reply: unknown): readonly string[] =>
  Array.isArray(reply) ? reply.filter((text): text is string => typeof text === "string") : [];
