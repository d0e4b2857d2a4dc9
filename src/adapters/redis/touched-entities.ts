import { ENTITY_KINDS, type EntityKind } from "../../core/event/entity.ts";
import type { CanonicalEvent } from "../../core/event/event.ts";
import { emptyTail, type LogReads } from "../../core/velocity/column-layout.ts";
import type { DimensionHash } from "../../core/velocity/dimension-hash.ts";
import { CAPS, longestLog } from "../../core/velocity/layout.ts";
import type { EntityKeys, WorldKeys } from "./keys.ts";

/** How logs are written: `1` as the previous version reads them, `2` in columns. */
export type LogFormat = "1" | "2";

/** An entity an event touches, with its keys. */
export interface TouchedEntity {
  readonly kind: EntityKind;
  readonly value: string;
  readonly keys: EntityKeys;
}

/** The entities of events; an event that is claimed and then settled has its keys made once. */
export function createTouchedEntities(keys: WorldKeys): (event: CanonicalEvent) => readonly TouchedEntity[] {
  const known = new WeakMap<CanonicalEvent, readonly TouchedEntity[]>();
  return (event) => {
    const found = known.get(event);
    if (found !== undefined) return found;
    const touched: TouchedEntity[] = [];
    for (const kind of ENTITY_KINDS) {
      const value = event.dimensions[kind];
      if (value !== undefined) touched.push({ kind, value, keys: keys.entity(kind, value) });
    }
    known.set(event, touched);
    return touched;
  };
}

/** The key that an event is appended to. */
export function appendedKey({ keys }: TouchedEntity, format: LogFormat): string {
  return format === "1" ? keys.log : keys.tail;
}

/** What scripts are told of each log they append to (CLAIM_SCRIPT). */
export function appendArgs(entities: readonly TouchedEntity[], { format, encodedNow, hash, reads }: AppendContext): string[] {
  return entities.flatMap(({ kind, value }) =>
    format === "1"
      ? [String(CAPS[kind].kept), String(longestLog(kind))]
      : [emptyTail(kind, hash.hash32(kind, value), encodedNow), reads === undefined || reads[kind] !== undefined ? "" : "1"],
  );
}

export interface AppendContext {
  readonly format: LogFormat;
  readonly encodedNow: string;
  readonly hash: DimensionHash;
  readonly reads: LogReads | undefined;
}

/** The keys of each log that a status is looked for in (STATUS_FUNCTIONS). */
export function statusKeys(entities: readonly TouchedEntity[]): string[] {
  return entities.flatMap(({ keys }) => [keys.log, keys.tail, keys.ids, keys.core]);
}
