import type { Comparison } from "../operator-row.ts";

/** Each comparison's negation; unknown stays unknown. */
export const NEGATED: Readonly<Record<Comparison, Comparison>> = { gt: "lte", lte: "gt", gte: "lt", lt: "gte", eq: "ne", ne: "eq" };

/** The smallest thing an evaluation decides. */
export type Atom =
  /** A column inside (or outside) `low … high`, both included: every comparison of a column with constants is one. */
  | { readonly kind: "range"; readonly isInside: boolean; readonly column: number; readonly low: number; readonly high: number }
  /** A column against another one, times and plus. */
  | {
      readonly kind: "column";
      readonly op: Comparison;
      readonly column: number;
      readonly other: number;
      readonly times: number;
      readonly plus: number;
    }
  | { readonly kind: "set"; readonly isIn: boolean; readonly column: number; readonly values: readonly number[] }
  /** Anything that is not a comparison of numbers, by its number; worked out at most once an evaluation. */
  | { readonly kind: "lazy"; readonly wanted: boolean; readonly lazy: number };

export type RangeAtom = Extract<Atom, { kind: "range" }>;
export type SetAtom = Extract<Atom, { kind: "set" }>;

/** Whether an atom is true inside one range: the form the machine decides fastest. */
export const isRange = (atom: Atom): atom is RangeAtom => atom.kind === "range" && atom.isInside;
