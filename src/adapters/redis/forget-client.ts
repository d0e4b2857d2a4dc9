import type { World } from "../../core/access/api-key.ts";
import { DIMENSIONS, ENTITY_KINDS, type EntityKind } from "../../core/event/entity.ts";
import { ok } from "../../core/result.ts";
import type { PackedLog } from "../../core/velocity/column-layout.ts";
import { createDecodedLog, dimensionColumn, readLog } from "../../core/velocity/decode-log.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import type { Answer } from "../../ports/answer.ts";
import type { ClientMemory, MemoryRow } from "../../ports/privacy.ts";
import type { RedisClient } from "./client.ts";
import { forgetAnswers } from "./idempotency-store.ts";
import { ALL_SHARDS, createWorldKeys, type EntityKeys, logKeys } from "./keys.ts";
import { readPending } from "./pending-entries.ts";

const WORLDS = ["live", "test"] as const satisfies readonly World[];
/** So many entries cannot all be told apart in one call; what is left is the next run's. */
const PENDING_READ = 5_000;
const KEYS_PER_REQUEST = 500;
const CLIENT = DIMENSIONS.indexOf("client");

/** What Redis holds of a client: windows, aggregates, stored features, marks, and recent claims with their events and decisions. */
export function createClientMemory(client: RedisClient, hash: DimensionHash): ClientMemory {
  const keysOf = { live: createWorldKeys("live", hash), test: createWorldKeys("test", hash) };
  const log = createDecodedLog();

  const drop = async (names: readonly string[], budgetMs: number): Answer<void> => {
    const endMs = performance.now() + budgetMs;
    for (let from = 0; from < names.length; from += KEYS_PER_REQUEST) {
      const some = names.slice(from, from + KEYS_PER_REQUEST);
      const answer = await client.ask((pipeline) => pipeline.del(...some), endMs - performance.now());
      if (!answer.ok) return answer;
    }
    return ok(undefined);
  };

  const namesAnother = (texts: unknown, clientId: string): boolean => {
    readLog(log, packedOf(texts));
    const own = hash.hash32("client", clientId);
    return dimensionColumn(log, CLIENT)
      .subarray(0, log.count)
      .some((other) => other !== 0 && other !== own);
  };

  return {
    async hasPending(clientId, beforeMs, budgetMs) {
      for (const world of WORLDS) {
        const pending = await readPending(client, keysOf[world], { shards: ALL_SHARDS, limit: PENDING_READ, nowMs: beforeMs }, budgetMs);
        if (!pending.ok) return pending;
        const earlier = pending.value.filter(({ claimedAtMs }) => claimedAtMs <= beforeMs);
        const names = ({ dimensions }: (typeof earlier)[number]["event"]): boolean =>
          dimensions.client === clientId || dimensions.dest === clientId;
        if (earlier.some(({ event }) => names(event)) || earlier.length === PENDING_READ) return ok(true);
      }
      return ok(false);
    },
    async ownOf(clientId, identifiers, budgetMs) {
      if (identifiers.length === 0) return ok([]);
      const entities = identifiers.flatMap(({ kind, value }) => WORLDS.map((world) => keysOf[world].entity(kind, value)));
      const answer = await client.ask((pipeline) => {
        for (const entity of entities) pipeline.mget(...windowKeys(entity));
      }, budgetMs);
      if (!answer.ok) return answer;
      const texts = answer.value;
      return ok(identifiers.filter((_, i) => !WORLDS.some((_world, w) => namesAnother(texts[i * WORLDS.length + w], clientId))));
    },
    async forget(clientId, { own, marked, payers, events }, budgetMs) {
      const entities: { readonly kind: EntityKind; readonly value: string }[] = [
        { kind: "client", value: clientId },
        { kind: "dest", value: clientId },
        ...own,
      ];
      const staysMarked = new Set(marked.map(({ kind, value }) => `${kind}\n${value}`));
      const names = WORLDS.flatMap((world) =>
        entities.flatMap(({ kind, value }) => {
          const entity = keysOf[world].entity(kind, value);
          const all = [...logKeys(entity), entity.aggregates, entity.fresh, entity.stored];
          return staysMarked.has(`${kind}\n${value}`) ? all : [...all, entity.mark];
        }),
      );
      for (const world of WORLDS)
        for (const payer of payers) {
          const { aggregates, fresh } = keysOf[world].entity("client", payer);
          names.push(aggregates, fresh);
        }
      names.push(...events.map(({ world, id }) => keysOf[world].claim(id)));
      const endMs = performance.now() + budgetMs;
      const dropped = await drop(names, budgetMs);
      return dropped.ok ? forgetAnswers(client, hash, entities, endMs - performance.now()) : dropped;
    },
    forgetMarks(entities, budgetMs) {
      const names = entities.flatMap(({ kind: name, value }) => {
        const kind = ENTITY_KINDS.find((known) => known === name);
        return kind === undefined ? [] : WORLDS.map((world) => keysOf[world].entity(kind, value).mark);
      });
      return drop(names, budgetMs);
    },
    async read(clientId, budgetMs) {
      const answer = await client.ask((pipeline) => {
        for (const world of WORLDS) {
          const entity = keysOf[world].entity("client", clientId);
          pipeline.mget(entity.aggregates, entity.stored, entity.mark, ...windowKeys(entity));
        }
      }, budgetMs);
      if (!answer.ok) return answer;
      return ok(
        WORLDS.flatMap((world, i): MemoryRow[] => {
          const texts = (answer.value[i] as readonly (string | null)[] | null) ?? [];
          const [aggregates = null, stored = null, mark = null, ...window] = texts;
          if (texts.every((text) => text === null)) return [];
          return [
            {
              livemode: world === "live",
              stored_features: parsed(stored),
              cached_aggregates: parsed(aggregates),
              listed: mark,
              window: summaryOf(window),
            },
          ];
        }),
      );
    },
  };

  function summaryOf(texts: readonly (string | null)[]): MemoryRow["window"] {
    const packed = packedOf(texts);
    if (packed === undefined) return null;
    readLog(log, packed);
    const instant = (at: number): string | null => (log.count === 0 ? null : new Date(log.times[at] ?? 0).toISOString());
    return { events: log.count, first: instant(0), last: instant(log.count - 1) };
  }
}

/** What tells when a window's events were, and of which clients. */
function windowKeys({ log, tail, core, column }: EntityKeys): string[] {
  return [log, tail, core, column("client")];
}

function packedOf(texts: unknown): PackedLog | undefined {
  if (!Array.isArray(texts)) return undefined;
  const [previous, tail, core, client] = texts.map((text) => (typeof text === "string" ? text : null));
  if (previous == null && tail == null && core == null) return undefined;
  return { previous: previous ?? null, tail: tail ?? null, core: core ?? null, columns: { client: client ?? null } };
}

/** We wrote it; what is damaged is shown as it is. */
function parsed(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
