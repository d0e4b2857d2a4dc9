import type { Address } from "../../address/address.ts";

/** How many 32-bit words of an address a table compares: IPv4, IPv6 up to /64, longer IPv6 prefixes. */
export const TABLE_WIDTHS = [1, 2, 4] as const;
export type TableWidth = (typeof TABLE_WIDTHS)[number];

/** Stands for "no entry around this one" and for "never expires". */
export const NONE = 0xffff_ffff;
/** A tag is a source's place and, in its lowest bits, a role's. */
export const ROLE_BITS = 3;

/**
 * Networks of one width as columns, sorted by first address and then by length, so that a network follows those that hold it.
 * Networks nest or are apart, they never cut each other: what covers an address is the last entry at or before it, or something around that entry.
 */
export interface AddressTable {
  readonly width: TableWidth;
  readonly count: number;
  /** First addresses, a column a word; columns beyond the width are empty. */
  readonly words: readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  /** Prefix lengths. */
  readonly bits: Uint8Array;
  /** The next wider entry that holds this one (an equal one counts), or NONE. INVARIANT: smaller than the entry's own place. */
  readonly parents: Uint32Array;
  /** The caller's numbers. */
  readonly numbers: Uint32Array;
  /** Epoch seconds, rounded up, or NONE. */
  readonly expiries: Uint32Array;
  readonly tags: Uint16Array;
  /** `index[b]` is the first entry whose bucket is `b` or later; a bucket is `(w0 - least) >>> shift`. */
  readonly index: Uint32Array;
  readonly least: number;
  readonly shift: number;
}

/** The place of the last entry that begins at or before an address, or -1. */
export function lastAtOrBefore(table: AddressTable, address: Address): number {
  const { index, least, shift, count } = table;
  if (count === 0 || address.w0 < least) return -1;
  const bucket = (address.w0 - least) >>> shift;
  let low = count;
  if (bucket < index.length - 1) {
    low = index[bucket] ?? 0;
    let high = index[bucket + 1] ?? 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isAtOrBefore(table, middle, address)) low = middle + 1;
      else high = middle;
    }
  }
  return low - 1;
}

function isAtOrBefore({ width, words }: AddressTable, at: number, { w0, w1, w2, w3 }: Address): boolean {
  const first = words[0][at] ?? 0;
  if (first !== w0 || width === 1) return first <= w0;
  const second = words[1][at] ?? 0;
  if (second !== w1 || width === 2) return second <= w1;
  const third = words[2][at] ?? 0;
  return third === w2 ? (words[3][at] ?? 0) <= w3 : third < w2;
}

/** Whether the entry at a place covers an address of the table's family. */
export function covers({ width, words, bits }: AddressTable, at: number, { w0, w1, w2, w3 }: Address): boolean {
  const length = bits[at] ?? 0;
  const first = (words[0][at] ?? 0) ^ w0;
  if (length < 32) return length === 0 || first >>> (32 - length) === 0;
  if (first !== 0) return false;
  if (width === 1 || length === 32) return true;
  const second = (words[1][at] ?? 0) ^ w1;
  if (length < 64) return second >>> (64 - length) === 0;
  if (second !== 0) return false;
  if (width === 2 || length === 64) return true;
  const third = (words[2][at] ?? 0) ^ w2;
  if (length < 96) return third >>> (96 - length) === 0;
  if (third !== 0) return false;
  return length === 96 || ((words[3][at] ?? 0) ^ w3) >>> (128 - length) === 0;
}

/** The place of the next wider entry, or -1. Places only fall, so that a damaged table cannot make a search endless. */
export function parentOf({ parents }: AddressTable, at: number): number {
  const parent = parents[at] ?? NONE;
  return parent < at ? parent : -1;
}
