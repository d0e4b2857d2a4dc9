/** A rule filed under a value of a column, by the column's position in `x`. */
export interface Filed {
  readonly position: number;
  readonly value: number;
  readonly rule: number;
}

/** Appends the rules it finds to a queue that already holds `count` of them; returns how many it holds then. */
type Finder = (x: Float64Array, count: number) => number;

/**
 * Finds the rules filed under values that `sign × x` reaches. Sorted by value for each column, so a walk ends at the first that is not reached
 * (or at once when the column is NaN): its cost is the number of rules found, not of rules filed.
 */
export function createWalk(filed: readonly Filed[], sign: 1 | -1, queue: Int32Array): Finder {
  const sorted = filed.toSorted((a, b) => a.position - b.position || a.value - b.value);
  const positions = Int32Array.from(new Set(sorted.map(({ position }) => position)));
  const starts = startsOf(sorted, positions);
  const values = Float64Array.from(sorted, ({ value }) => value);
  const rules = Int32Array.from(sorted, ({ rule }) => rule);
  return (x, before) => {
    let count = before;
    for (let column = 0; column < positions.length; column++) {
      const reached = sign * (x[positions[column] as number] as number);
      const end = starts[column + 1] as number;
      for (let at = starts[column] as number; at < end && (values[at] as number) <= reached; at++) queue[count++] = rules[at] as number;
    }
    return count;
  };
}

/** Finds the rules filed under exactly the value of a column whose values are whole numbers from 0 to `codeCount` − 1. */
export function createBuckets(filed: readonly Filed[], codeCount: (position: number) => number, queue: Int32Array): Finder {
  const sorted = filed.toSorted((a, b) => a.position - b.position || a.value - b.value);
  const positions = Int32Array.from(new Set(sorted.map(({ position }) => position)));
  const bases: number[] = [];
  const starts: number[] = [];
  const rules: number[] = [];
  for (const position of positions) {
    const own = sorted.filter((one) => one.position === position);
    bases.push(starts.length);
    for (let code = 0; code < codeCount(position); code++) {
      starts.push(rules.length);
      for (const { value, rule } of own) if (value === code) rules.push(rule);
    }
    starts.push(rules.length);
  }
  const base = Int32Array.from(bases);
  const start = Int32Array.from(starts);
  const rule = Int32Array.from(rules);
  return (x, before) => {
    let count = before;
    for (let column = 0; column < positions.length; column++) {
      const code = x[positions[column] as number] as number;
      if (Number.isNaN(code)) continue;
      const bucket = (base[column] as number) + (code | 0);
      const end = start[bucket + 1] as number;
      for (let at = start[bucket] as number; at < end; at++) queue[count++] = rule[at] as number;
    }
    return count;
  };
}

/** Where each position's entries begin among sorted ones, and where the last ends. */
function startsOf(sorted: readonly Filed[], positions: Int32Array): Int32Array {
  const starts = new Int32Array(positions.length + 1);
  positions.forEach((position, index) => {
    starts[index] = sorted.findIndex((one) => one.position === position);
  });
  starts[positions.length] = sorted.length;
  return starts;
}
