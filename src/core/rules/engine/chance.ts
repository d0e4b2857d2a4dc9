import type { Atom } from "./atom.ts";
import type { ColumnBuilder } from "./columns.ts";
import type { NormalNode } from "./normal-form.ts";

/**
 * How likely an atom is to be true, in [0, 1]: an order of preference among tests, rough on purpose, never a probability anyone relies on.
 * A number is taken to be spread as the constants it is compared with are; texts and flags are mostly not the one a rule asks for.
 */
export type ChanceOf = (atom: Atom) => number;

export function createChanceOf(forms: readonly NormalNode[], columns: ColumnBuilder): ChanceOf {
  const bounds = collectBounds(forms);
  const shareBelow = (column: number, value: number): number => {
    const sorted = bounds.get(column);
    if (sorted === undefined || value === Number.NEGATIVE_INFINITY) return 0;
    if (value === Number.POSITIVE_INFINITY) return 1;
    return (countBelow(sorted, value, false) + countBelow(sorted, value, true)) / 2 / sorted.length;
  };
  const equals = (column: number, value: number): number => {
    switch (columns.readsOf(column)) {
      case "boolean":
        return value === 1 ? 0.3 : 0.7;
      case "presence":
        return value === 1 ? 0.8 : 0.2;
      case "text":
      case "number":
        return 0.05;
    }
  };
  return (atom) => {
    switch (atom.kind) {
      case "range": {
        const { column, low, high } = atom;
        const chance = low === high ? equals(column, low) : Math.max(0.02, shareBelow(column, high) - shareBelow(column, low));
        return atom.isInside ? chance : 1 - chance;
      }
      case "set": {
        const chance = Math.min(0.6, 0.05 * atom.values.length);
        return atom.isIn ? chance : 1 - chance;
      }
      case "column":
      case "lazy":
        return 0.5;
    }
  };
}

function collectBounds(forms: readonly NormalNode[]): ReadonlyMap<number, Float64Array> {
  const bounds = new Map<number, number[]>();
  const visit = (node: NormalNode): void => {
    if (node.kind !== "atom") for (const part of node.of) visit(part);
    if (node.kind !== "atom" || node.atom.kind !== "range") return;
    const known = bounds.get(node.atom.column) ?? [];
    for (const bound of [node.atom.low, node.atom.high]) if (Number.isFinite(bound)) known.push(bound);
    bounds.set(node.atom.column, known);
  };
  forms.forEach(visit);
  return new Map([...bounds].map(([column, values]) => [column, Float64Array.from(values).sort()]));
}

/** How many of sorted values are below one (or at most it). */
function countBelow(sorted: Float64Array, value: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = sorted[middle] ?? 0;
    if (at < value || (orEqual && at === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
