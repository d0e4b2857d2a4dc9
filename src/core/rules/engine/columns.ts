import type { FeatureSlot } from "../../features/catalogue.ts";
import type { FeatureValue } from "../../features/value.ts";
import type { Literal } from "../condition.ts";

/**
 * One number per feature and stand-in, filled once an evaluation, so that every test is a comparison of numbers:
 * numbers as they are, booleans 1 and 0, a text the number of that literal (0 for a text no rule names), presence 1 and 0.
 * NaN is "unknown": absent without a stand-in, missing, or of a wrong kind.
 */
interface Column {
  readonly slot: number;
  readonly reads: "number" | "boolean" | "text" | "presence";
  readonly or: Literal | null;
  /** Number of each literal of a text column, from 1. */
  readonly ids: Map<string, number>;
}

/** Collects the columns of a program while it is built; they are numbered in the order of their first use. */
export interface ColumnBuilder {
  column(slot: FeatureSlot, or: Literal | null): number;
  presence(slot: FeatureSlot): number;
  /** A literal as the number it is in a column. */
  code(column: number, literal: Literal): number;
  readsOf(column: number): Column["reads"];
  /** For a column whose values are small whole numbers, how many it may have (from 0); null for numbers. */
  codeCount(column: number): number | null;
  build(): ColumnFiller;
}

export interface ColumnFiller {
  /** Where each column stands among the numbers that `fill` writes: columns of one kind stand together. */
  readonly positions: Int32Array;
  /** Writes every column; returns how many are unknown. */
  fill(values: readonly FeatureValue[], into: Float64Array): number;
}

export function createColumnBuilder(): ColumnBuilder {
  const columns: Column[] = [];
  const byKey = new Map<string, number>();

  const intern = (slot: FeatureSlot, reads: Column["reads"], or: Literal | null): number => {
    const key = `${slot.slot} ${reads} ${JSON.stringify(or)}`;
    const known = byKey.get(key);
    if (known !== undefined) return known;
    byKey.set(key, columns.length);
    columns.push({ slot: slot.slot, reads, or, ids: new Map() });
    return columns.length - 1;
  };
  const at = (index: number): Column => {
    const column = columns[index];
    if (column === undefined) throw new Error(`no column ${index}`);
    return column;
  };
  const codeIn = (column: Column, literal: Literal): number => {
    if (typeof literal === "number") return literal;
    if (typeof literal === "boolean") return literal ? 1 : 0;
    const id = column.ids.get(literal) ?? column.ids.size + 1;
    column.ids.set(literal, id);
    return id;
  };

  return {
    column: (slot, or) => intern(slot, kindOf(slot), or),
    presence: (slot) => intern(slot, "presence", null),
    code: (index, literal) => codeIn(at(index), literal),
    readsOf: (index) => at(index).reads,
    codeCount(index) {
      const { reads, ids } = at(index);
      return reads === "number" ? null : reads === "text" ? ids.size + 1 : 2;
    },
    build: () => createFiller(columns, (column) => (column.or === null ? Number.NaN : codeIn(column, column.or))),
  };
}

function kindOf(slot: FeatureSlot): Column["reads"] {
  switch (slot.type) {
    case "boolean":
      return "boolean";
    case "country":
    case "email":
    case "ip":
    case "id":
    case "text":
      return "text";
    default:
      return "number";
  }
}

/** One loop per kind of column, over columns that stand together: each stays monomorphic and looks little up. */
function createFiller(columns: readonly Column[], standIn: (column: Column) => number): ColumnFiller {
  const order = [...columns.keys()].toSorted((a, b) => rankOf(columns[a]) - rankOf(columns[b]));
  const sorted = order.flatMap((index) => columns[index] ?? []);
  const positions = new Int32Array(columns.length);
  order.forEach((index, position) => {
    positions[index] = position;
  });
  const endOf = (rank: number): number => sorted.filter((column) => rankOf(column) <= rank).length;
  const [numbersEnd, booleansEnd, textsEnd, presencesEnd] = [endOf(0), endOf(1), endOf(2), endOf(3)];
  const slots = Int32Array.from(sorted, (column) => column.slot);
  const standIns = Float64Array.from(sorted, standIn);
  const ids = sorted.map((column) => column.ids);

  return {
    positions,
    fill(values, into) {
      let unknown = 0;
      let at = 0;
      for (; at < numbersEnd; at++) {
        const value = values[slots[at] as number];
        if (typeof value === "number") into[at] = value;
        else unknown += fillGap(into, at, value, standIns);
      }
      for (; at < booleansEnd; at++) {
        const value = values[slots[at] as number];
        if (value === true) into[at] = 1;
        else if (value === false) into[at] = 0;
        else unknown += fillGap(into, at, value, standIns);
      }
      for (; at < textsEnd; at++) {
        const value = values[slots[at] as number];
        if (typeof value === "string") into[at] = (ids[at] as Map<string, number>).get(value) ?? 0;
        else unknown += fillGap(into, at, value, standIns);
      }
      for (; at < presencesEnd; at++) {
        const value = values[slots[at] as number];
        into[at] = value === null ? 0 : 1;
        if (value === undefined) unknown += fillGap(into, at, value, standIns);
      }
      return unknown;
    },
  };
}

/** Writes what stands in for a value that is not there; returns 1 when nothing does. */
function fillGap(into: Float64Array, at: number, value: FeatureValue, standIns: Float64Array): 0 | 1 {
  const number = value === null ? (standIns[at] as number) : Number.NaN;
  into[at] = number;
  return Number.isNaN(number) ? 1 : 0;
}

const RANKS = { number: 0, boolean: 1, text: 2, presence: 3 } as const;
const rankOf = (column: Column | undefined): number => (column === undefined ? 0 : RANKS[column.reads]);
