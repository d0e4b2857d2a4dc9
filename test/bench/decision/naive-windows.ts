import { ENTITY_KINDS } from "../../../src/core/event/entity.ts";
import type { CanonicalEvent } from "../../../src/core/event/event.ts";
import type { HistoryDeclaration } from "../../../src/core/features/declaration.ts";
import type { FeatureValue } from "../../../src/core/features/value.ts";
import { meets } from "../../support/oracle/where-oracle.ts";

/** Each entity's events, as sorted sets would return them: oldest first. */
export type Histories = ReadonlyMap<string, readonly CanonicalEvent[]>;

/** What one would write first for a window: filter the entity's events by time, then compute. Values as ours, exact and without marks. */
export function naiveWindow(declaration: HistoryDeclaration, histories: Histories, event: CanonicalEvent): FeatureValue {
  const { by, op, windowMs, events, where, of } = declaration;
  if (by.some((dimension) => event.dimensions[dimension] === undefined)) return null;
  const from = windowMs === null ? Number.NEGATIVE_INFINITY : event.occurredAtMs - windowMs;
  const history = histories.get(by[0]) ?? [];
  const chosen = (declaration.self ? [...history, event] : history).filter(
    (one) =>
      one.occurredAtMs > from &&
      (events.length === 0 || events.includes(one.type)) &&
      by.every((dimension) => one.dimensions[dimension] === event.dimensions[dimension]) &&
      (where === null || meets(where, one) === true),
  );
  const amounts = chosen.map((one) => one.amountMinor).filter((amount) => amount !== null);
  const [first, last] = [chosen[0]?.occurredAtMs ?? null, chosen.at(-1)?.occurredAtMs ?? null];
  switch (op) {
    case "count":
      return chosen.length;
    case "velocity":
      return chosen.length > (declaration.threshold ?? Number.POSITIVE_INFINITY);
    case "sum":
      return amounts.reduce((sum, amount) => sum + amount, 0);
    case "avg":
      return amounts.length === 0 ? null : amounts.reduce((sum, amount) => sum + amount, 0) / amounts.length;
    case "max":
      return amounts.length === 0 ? null : Math.max(...amounts);
    case "min":
      return amounts.length === 0 ? null : Math.min(...amounts);
    case "countDistinct":
    case "crossDimensionCount":
      return of === null || of === "amount"
        ? 0
        : new Set(chosen.map((one) => one.dimensions[of]).filter((value) => value !== undefined)).size;
    case "firstSeen":
      return first;
    case "lastSeen":
      return last;
    case "timeSince": {
      const since = declaration.since === "first" ? first : last;
      if (since === null) return null;
      const units = (event.occurredAtMs - since) / (declaration.unitMs ?? 1);
      return declaration.type === "count" ? Math.floor(units) : units;
    }
    default:
      throw new Error(`no one would write \`${op}\` first`);
  }
}

/** The same earlier events, for each entity of the event that they share. */
export function historiesOf(event: CanonicalEvent, before: readonly CanonicalEvent[]): Histories {
  return new Map(ENTITY_KINDS.filter((kind) => event.dimensions[kind] !== undefined).map((kind) => [kind, before]));
}
