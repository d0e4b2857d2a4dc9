import type { Trees } from "./read-trees.ts";

/** Margin of one row: the trees walked in typed arrays, the least work anyone could do for the same answer. */
export function walkTrees(trees: Trees, rows: Float32Array, offset: number): number {
  const { roots, feature, threshold, left, right, missingGoesLeft, leaf } = trees;
  let margin = 0;
  for (const root of roots) {
    let at = root;
    let next = left[at] ?? -1;
    while (next >= 0) {
      const value = rows[offset + (feature[at] ?? 0)] ?? Number.NaN;
      const goesLeft = Number.isNaN(value) ? missingGoesLeft[at] === 1 : value < (threshold[at] ?? 0);
      at = goesLeft ? next : (right[at] ?? 0);
      next = left[at] ?? -1;
    }
    margin = Math.fround(margin + (leaf[at] ?? 0));
  }
  return margin;
}
