import { ENTITY_KINDS, type EntityKind } from "../../core/event/entity.ts";
import type { CanonicalEvent } from "../../core/event/event.ts";
import { CAPS, longestLog } from "../../core/velocity/layout.ts";
import type { EntityKeys, WorldKeys } from "./keys.ts";

/** An entity an event touches, with its keys. */
export interface TouchedEntity {
  readonly kind: EntityKind;
  readonly keys: EntityKeys;
}

export function touchedEntities(event: CanonicalEvent, keys: WorldKeys): TouchedEntity[] {
  const touched: TouchedEntity[] = [];
  for (const kind of ENTITY_KINDS) {
    const value = event.dimensions[kind];
    if (value !== undefined) touched.push({ kind, keys: keys.entity(kind, value) });
  }
  return touched;
}

/** What scripts are told of each log: records kept when it is trimmed, and characters at which it is. */
export function logLimits(entities: readonly TouchedEntity[]): string[] {
  return entities.flatMap(({ kind }) => [String(CAPS[kind].kept), String(longestLog(kind))]);
}
