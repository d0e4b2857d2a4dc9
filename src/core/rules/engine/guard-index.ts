import type { Guard, GuardAtom } from "./guard.ts";
import { createBuckets, createWalk, type Filed } from "./guard-files.ts";

/**
 * Finds the rules whose guards a column's value lets through. Both finders write the rules (by the program's numbers) to the front of `queue` and
 * return how many there are; a rule with several guard atoms may be there several times, which does no harm.
 */
export interface GuardIndex {
  readonly queue: Int32Array;
  /** Rules that have no guard, or whose guard is true. */
  letThrough(x: Float64Array): number;
  /** Rules whose guard reads an unknown column. */
  notPassedOver(x: Float64Array): number;
}

export interface GuardIndexContext {
  /** How many codes a column may hold, or null for numbers. */
  readonly codeCount: (column: number) => number | null;
  /** Where each column stands in `x`. */
  readonly positions: Int32Array;
}

/** Files every guard atom under its column: ranges open above or below by their bound, single values by value. */
export function buildGuardIndex(guards: readonly (Guard | null)[], context: GuardIndexContext): GuardIndex {
  const rising: Filed[] = [];
  const falling: Filed[] = [];
  const coded: Filed[] = [];
  const equal = new Map<number, Map<number, number[]>>();
  const reading: Filed[] = [];
  const unguarded: number[] = [];
  const file = (atom: GuardAtom, rule: number): void => {
    const position = context.positions[atom.column] ?? 0;
    reading.push({ position, value: 0, rule });
    const single = atom.kind === "set" ? new Set(atom.values) : atom.low === atom.high ? [atom.low] : null;
    if (single === null && atom.kind === "range") {
      if (atom.high === Number.POSITIVE_INFINITY) rising.push({ position, value: atom.low, rule });
      else falling.push({ position, value: -atom.high, rule });
      return;
    }
    for (const value of single ?? []) {
      if (context.codeCount(atom.column) !== null) coded.push({ position, value, rule });
      else addTo(equal, position, value, rule);
    }
  };
  guards.forEach((guard, rule) => {
    if (guard === null) unguarded.push(rule);
    else for (const atom of guard.atoms) file(atom, rule);
  });

  const queue = new Int32Array(unguarded.length + guards.reduce((sum, guard) => sum + widthOf(guard), 0));
  const codes = new Map<number, number>();
  context.positions.forEach((position, column) => {
    codes.set(position, context.codeCount(column) ?? 0);
  });
  const walkRising = createWalk(rising, 1, queue);
  const walkFalling = createWalk(falling, -1, queue);
  const takeCoded = createBuckets(coded, (position) => codes.get(position) ?? 0, queue);
  const equals = [...equal].map(([position, rules]) => ({ position, rules }));
  const readers = [...new Set(reading.map(({ position }) => position))].map((position) => ({
    position,
    rules: Int32Array.from(new Set(reading.flatMap((one) => (one.position === position ? [one.rule] : [])))),
  }));
  return {
    queue,
    letThrough(x) {
      let count = 0;
      for (; count < unguarded.length; count++) queue[count] = unguarded[count] as number;
      count = walkFalling(x, walkRising(x, takeCoded(x, count)));
      for (const { position, rules } of equals) for (const rule of rules.get(x[position] as number) ?? []) queue[count++] = rule;
      return count;
    },
    notPassedOver(x) {
      let count = 0;
      for (const { position, rules } of readers) {
        if (!Number.isNaN(x[position])) continue;
        queue.set(rules, count);
        count += rules.length;
      }
      return count;
    },
  };
}

function addTo(equal: Map<number, Map<number, number[]>>, position: number, value: number, rule: number): void {
  const values = equal.get(position) ?? new Map<number, number[]>();
  equal.set(position, values);
  const rules = values.get(value);
  if (rules === undefined) values.set(value, [rule]);
  else rules.push(rule);
}

/** How often a guard can put its rule into the queue at once. */
const widthOf = (guard: Guard | null): number => guard?.atoms.length ?? 0;

/** Whether a visit that a guard's atom let through need not look at that atom again: a range closed on both sides is filed under one end only. */
export function isSettledByIndex(atom: GuardAtom): boolean {
  return atom.kind === "set" || atom.low === atom.high || atom.low === Number.NEGATIVE_INFINITY || atom.high === Number.POSITIVE_INFINITY;
}
