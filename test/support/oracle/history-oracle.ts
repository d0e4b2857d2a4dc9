import type { CanonicalEvent, EventStatus } from "../../../src/core/event/event.ts";
import type { HistoryDeclaration } from "../../../src/core/features/declaration.ts";
import type { FeatureValue } from "../../../src/core/features/value.ts";
import { meets } from "./where-oracle.ts";

/** What the naive evaluator is told: every distinct event that ever happened, in any order, with the status it has now. */
export interface History {
  readonly events: readonly CanonicalEvent[];
  readonly statusOf?: (event: CanonicalEvent) => EventStatus;
}

/**
 * The meaning of a declaration, written as plainly as it can be: filter all events, then compute. Slow and obviously right;
 * the Redis fold and the SQL evaluator are held against it. `event` is the one being decided; it need not be in the history.
 */
export function evaluateNaively(declaration: HistoryDeclaration, history: History, event: CanonicalEvent, countsSelf = true): FeatureValue {
  const [entity, second] = declaration.by;
  const value = event.dimensions[entity];
  if (value === undefined) return null;
  if (second !== undefined && event.dimensions[second] === undefined) return null;

  const others = history.events.filter((one) => one.id !== event.id);
  const pool = countsSelf && declaration.self ? [...others, event] : others;
  const inHistory = pool.filter(
    (one) =>
      (declaration.events.length === 0 || declaration.events.includes(one.type)) &&
      one.dimensions[declaration.as] === value &&
      (second === undefined || one.dimensions[second] === event.dimensions[second]) &&
      one.occurredAtMs <= event.occurredAtMs &&
      (declaration.windowMs === null || one.occurredAtMs > event.occurredAtMs - declaration.windowMs),
  );
  const withStatus = inHistory.map((one) => ({ ...one, status: history.statusOf?.(one) ?? one.status }));
  const matches = (one: CanonicalEvent): boolean => declaration.where === null || meets(declaration.where, one) === true;
  const isPaid = (one: CanonicalEvent): boolean => one.status !== "blocked" && one.status !== "declined";
  const chosen = declaration.op === "share" ? withStatus : withStatus.filter(matches);
  const amounts = chosen.filter(isPaid).flatMap((one) => (one.amountMinor === null ? [] : [one.amountMinor]));
  const times = chosen.map((one) => one.occurredAtMs);

  switch (declaration.op) {
    case "count":
      return chosen.length;
    case "velocity":
      return chosen.length > (declaration.threshold ?? Number.POSITIVE_INFINITY);
    case "sum":
      return amounts.reduce((total, amount) => total + amount, 0);
    case "avg":
      return amounts.length === 0 ? null : mean(amounts);
    case "max":
      return amounts.length === 0 ? null : Math.max(...amounts);
    case "min":
      return amounts.length === 0 ? null : Math.min(...amounts);
    case "std":
      return amounts.length === 0 ? null : Math.sqrt(mean(amounts.map((amount) => (amount - mean(amounts)) ** 2)));
    case "median":
      return quantile(amounts, 0.5);
    case "quantile":
      return quantile(amounts, declaration.q ?? 0.5);
    case "countDistinct":
    case "crossDimensionCount": {
      const { of } = declaration;
      return new Set(chosen.flatMap((one) => (of === null || of === "amount" ? [] : [one.dimensions[of] ?? []].flat()))).size;
    }
    case "firstSeen":
      return times.length === 0 ? null : Math.min(...times);
    case "lastSeen":
      return times.length === 0 ? null : Math.max(...times);
    case "timeSince": {
      if (times.length === 0) return null;
      const since = declaration.since === "first" ? Math.min(...times) : Math.max(...times);
      const units = (event.occurredAtMs - since) / (declaration.unitMs ?? 1);
      return declaration.type === "count" ? Math.floor(units) : units;
    }
    case "share": {
      const paid = chosen.filter(isPaid);
      return paid.length === 0 ? null : paid.filter(matches).length / paid.length;
    }
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0) / numbers.length;
}

/** Linear interpolation between closest ranks, as `percentile_cont`. */
function quantile(numbers: readonly number[], q: number): number | null {
  if (numbers.length === 0) return null;
  const sorted = [...numbers].sort((a, b) => a - b);
  const rank = q * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? 0;
  const above = sorted[Math.ceil(rank)] ?? 0;
  return below + (above - below) * (rank - Math.floor(rank));
}
