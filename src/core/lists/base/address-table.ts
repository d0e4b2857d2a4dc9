import type { Address } from "../../address/address.ts";

/** How many 32-bit words of an address a table compares: IPv4, IPv6 up to /64, longer IPv6 prefixes. */
export const TABLE_WIDTHS = [1, 2, 4] as const;
export type TableWidth = (typeof TABLE_WIDTHS)[number];

/** Stands for "never expires". */
export const NEVER = 0xffff_ffff;

/**
 * Networks of one width as columns, sorted by first address and then by length, so that a network follows those that hold it.
 * Networks nest or are apart, they never cut each other: what covers an address is the last entry at or before it, or something around that entry.
 */
export interface AddressTable {
  readonly width: TableWidth;
  readonly count: number;
  /** First addresses, a column a word; columns beyond the width are empty. */
  readonly words: readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  /** Of each entry its length, whether another is around it, and its tag: see `packHead`. */
  readonly heads: Uint16Array;
  /** The next wider entry that holds this one (an equal one counts). INVARIANT: smaller than the entry's own place. */
  readonly parents: Uint32Array;
  /** Of each entry the caller's number and when it is over: epoch seconds, rounded up, or NEVER. */
  readonly details: Uint32Array;
  readonly index: TableIndex;
}

/**
 * Where to search: the first `prefixBits` of an address give a slot, `ranks` number the slots that have entries, and each of those has
 * 2^`splitBits` buckets by the bits that follow. IPv6 lies in few prefixes, and all buckets are spent on them.
 */
export interface TableIndex {
  readonly prefixBits: number;
  readonly splitBits: number;
  /** The first slot. */
  readonly least: number;
  /** For each slot, and for the end, how many slots before it have entries. */
  readonly ranks: Uint16Array;
  /** For each bucket, and for the end, the first entry in it or after it. */
  readonly starts: Uint32Array;
}

const LENGTH_BITS = 7;
const HAS_PARENT = 1 << LENGTH_BITS;
const TAG_SHIFT = LENGTH_BITS + 1;
/** Tags are numbered; as many as fit beside a length. */
export const MOST_TAGS = 1 << (16 - TAG_SHIFT);
/** A table of longer IPv6 prefixes keeps a length without the 64 bits that all have. */
const lengthBase = (width: TableWidth): number => (width === 4 ? 64 : 0);

/** INVARIANT: a length fits, since it is 0…32, 0…64 or 65…128. */
export function packHead(width: TableWidth, bits: number, tag: number): number {
  return (bits - lengthBase(width)) | (tag << TAG_SHIFT);
}
export const bitsAt = ({ width, heads }: AddressTable, at: number): number => ((heads[at] ?? 0) & (HAS_PARENT - 1)) + lengthBase(width);
export const tagAt = ({ heads }: AddressTable, at: number): number => (heads[at] ?? 0) >>> TAG_SHIFT;
export const numberAt = ({ details }: AddressTable, at: number): number => details[at * 2] ?? 0;
export const expiryAt = ({ details }: AddressTable, at: number): number => details[at * 2 + 1] ?? 0;

/** The place of the next wider entry, or -1. Places only fall, so that a damaged table cannot make a search endless. */
export function parentOf({ heads, parents }: AddressTable, at: number): number {
  if (((heads[at] ?? 0) & HAS_PARENT) === 0) return -1;
  const parent = parents[at] ?? 0;
  return parent < at ? parent : -1;
}

export function setParent({ heads, parents }: AddressTable, at: number, parent: number): void {
  heads[at] = (heads[at] ?? 0) | HAS_PARENT;
  parents[at] = parent;
}

/** The bucket of a first word in a slot of this rank. */
export const bucketOf = ({ prefixBits, splitBits }: TableIndex, rank: number, w0: number): number =>
  (rank << splitBits) | (((w0 << prefixBits) >>> 1) >>> (31 - splitBits));

/** The place of the last entry that begins at or before an address, or -1. */
export function lastAtOrBefore(table: AddressTable, address: Address): number {
  const { index, count } = table;
  const slot = (address.w0 >>> (32 - index.prefixBits)) - index.least;
  if (slot < 0) return -1;
  if (slot >= index.ranks.length - 1) return count - 1;
  const rank = index.ranks[slot] ?? 0;
  if (index.ranks[slot + 1] === rank) return Math.min(index.starts[rank << index.splitBits] ?? 0, count) - 1;
  const bucket = bucketOf(index, rank, address.w0);
  let low = index.starts[bucket] ?? 0;
  // Bounded by the table, so that a damaged index cannot make the search endless.
  let high = Math.min(index.starts[bucket + 1] ?? 0, count);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAtOrBefore(table, middle, address)) low = middle + 1;
    else high = middle;
  }
  return Math.min(low, count) - 1;
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
export function covers(table: AddressTable, at: number, { w0, w1, w2, w3 }: Address): boolean {
  const { width, words } = table;
  const length = bitsAt(table, at);
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
