import type { EntityKind } from "../../core/event/entity.ts";
import { ok } from "../../core/result.ts";
import { COLUMN_NAMES, type ColumnName, type PackedLog } from "../../core/velocity/column-layout.ts";
import { tailWrittenAt } from "../../core/velocity/column-log.ts";
import { compactLog } from "../../core/velocity/compact-log.ts";
import { CAPS, HEADER, VERSION } from "../../core/velocity/layout.ts";
import { writtenAt } from "../../core/velocity/log-header.ts";
import { encodeTime } from "../../core/velocity/record.ts";
import type { Answer } from "../../ports/answer.ts";
import type { RedisClient } from "./client.ts";
import { type EntityKeys, logKeys, RENEW_LOG_AFTER_MS, TTL_MS } from "./keys.ts";
import { COMPACT_SCRIPT } from "./scripts/compact-script.ts";
import { RENEW_SCRIPT } from "./scripts/renew-script.ts";
import { createScript, type ScriptCall } from "./scripts/script.ts";

/** Logs remembered until the next run takes them along; one that is forgotten is met again by its entity's next events. */
const MOST = 64;
/** A log to be compacted is read and written whole: up to 25 KB each way. */
const LOGS_PER_REQUEST = 8;

/** What logs need after the response: rows moved into columns, the previous format converted, times to live that run down renewed. */
export interface LogUpkeep {
  /** Remembers a log whose tail has grown. */
  due(kind: EntityKind, keys: EntityKeys): void;
  /** Looks at a log that was read: one in the previous format, or written long ago. */
  meet(kind: EntityKind, keys: EntityKeys, log: PackedLog, situation: { readonly nowMs: number; readonly inColumns: boolean }): void;
  readonly isDue: boolean;
  /** Does what is remembered, which is then forgotten. A log that changed meanwhile, or a Redis that failed, leaves it to a later event. */
  run(budgetMs: number): Answer<void>;
}

interface Due {
  readonly kind: EntityKind;
  readonly keys: EntityKeys;
}

export function createLogUpkeep(client: RedisClient, clock: () => number): LogUpkeep {
  const compactScript = createScript(client, COMPACT_SCRIPT);
  const renewScript = createScript(client, RENEW_SCRIPT);
  const toCompact = new Map<string, Due>();
  const toRenew = new Map<string, EntityKind>();
  const due = (kind: EntityKind, keys: EntityKeys): void => {
    if (toCompact.size < MOST) toCompact.set(keys.tail, { kind, keys });
  };

  const compact = async (logs: readonly Due[], budgetMs: number): Answer<void> => {
    const endMs = performance.now() + budgetMs;
    const names = logs.map(({ keys }) => logKeys(keys));
    const read = await client.sendCommands([["MGET", ...names.flat()]], budgetMs);
    if (!read.ok) return read;
    const texts = read.value[0]?.result;
    if (!Array.isArray(texts)) return ok(undefined);
    const keys: string[] = [];
    const args = [String(TTL_MS.log)];
    let from = 0;
    for (const [index, { kind, keys: entity }] of logs.entries()) {
      const width = names[index]?.length ?? 0;
      const one = writtenAnew(kind, entity, texts.slice(from, from + width), clock());
      from += width;
      if (one === null) continue;
      keys.push(...one.keys);
      args.push(...one.args);
    }
    if (keys.length === 0) return ok(undefined);
    const written = await compactScript.run([{ keys, args }], endMs - performance.now());
    return written.ok ? ok(undefined) : written;
  };

  return {
    due,
    meet(kind, keys, log, { nowMs, inColumns }) {
      const isOld = (writtenMs: number): boolean => nowMs - writtenMs > RENEW_LOG_AFTER_MS;
      if (typeof log === "string") {
        if (inColumns || log.length < HEADER.width) return;
        if ((log[0] !== VERSION || isOld(writtenAt(log))) && toRenew.size < MOST) toRenew.set(keys.log, kind);
      } else if (inColumns && (log.previous !== null || (log.tail !== null && isOld(tailWrittenAt(log.tail))))) due(kind, keys);
    },
    get isDue() {
      return toCompact.size > 0 || toRenew.size > 0;
    },
    async run(budgetMs) {
      const endMs = performance.now() + budgetMs;
      const logs = [...toCompact.values()];
      const renewals = [...toRenew];
      toCompact.clear();
      toRenew.clear();
      for (let from = 0; from < logs.length; from += LOGS_PER_REQUEST) {
        const done = await compact(logs.slice(from, from + LOGS_PER_REQUEST), endMs - performance.now());
        if (!done.ok) return done;
      }
      if (renewals.length === 0) return ok(undefined);
      const args = [encodeTime(clock()), String(TTL_MS.log), ...renewals.map(([, kind]) => String(CAPS[kind].kept))];
      const renewed = await renewScript.run([{ keys: renewals.map(([key]) => key), args }], endMs - performance.now());
      return renewed.ok ? ok(undefined) : renewed;
    },
  };
}

/** One log of COMPACT_SCRIPT from the texts of `logKeys`; null when there is nothing to move. */
function writtenAnew(kind: EntityKind, keys: EntityKeys, texts: readonly unknown[], nowMs: number): ScriptCall | null {
  const [previous = null, tail = null, core = null, ids = null, ...columns] = texts.map((text) => (typeof text === "string" ? text : null));
  const read = Object.fromEntries(COLUMN_NAMES.map((name, index) => [name, columns[index] ?? null]));
  const compacted = compactLog({ previous, tail, core, ids, columns: read }, kind, nowMs);
  if (compacted === null || tail === null) return null;
  const written: (readonly [key: string, text: string])[] = [
    [keys.core, compacted.core],
    [keys.ids, compacted.ids],
  ];
  for (const name of COLUMN_NAMES as readonly ColumnName[]) {
    const text = compacted.columns[name];
    if (text !== undefined) written.push([keys.column(name), text]);
  }
  return {
    keys: [keys.tail, keys.log, ...written.map(([key]) => key)],
    args: [
      String(written.length),
      tail.slice(0, compacted.taken),
      compacted.head,
      previous?.[0] === VERSION ? previous : "",
      ...written.map(([, text]) => text),
    ],
  };
}
