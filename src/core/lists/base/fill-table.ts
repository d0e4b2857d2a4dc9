import { Address } from "../../address/address.ts";
import { type AddressTable, bucketOf, covers, packHead, parentOf, setParent } from "./address-table.ts";
import type { TableShape } from "./list-layout.ts";
import type { NetworkRows } from "./network-rows.ts";
import { sortedPlaces } from "./sort-networks.ts";

/** A rank must fit 16 bits. */
const MOST_PREFIX_BITS = 15;
/** With so many buckets a million entries leave some three comparisons, in 512 KiB. */
const MOST_BUCKET_BITS = 17;

/** How large a table for these rows is, and how its index divides the addresses that the rows begin at. */
export function shapeOf({ width, count, words }: NetworkRows): TableShape {
  const first = words[0]?.subarray(0, count) ?? new Uint32Array();
  const countBits = Math.ceil(Math.log2(count + 1));
  const prefixBits = Math.min(MOST_PREFIX_BITS, Math.max(4, countBits + 1));
  const isUsed = new Uint8Array(1 << prefixBits);
  for (const word of first) isUsed[word >>> (32 - prefixBits)] = 1;
  const used = isUsed.reduce((sum, one) => sum + one, 0);
  const least = Math.max(0, isUsed.indexOf(1));
  const usedBits = Math.ceil(Math.log2(Math.max(1, used)));
  const splitBits = Math.max(0, Math.min(MOST_BUCKET_BITS, countBits) - usedBits);
  return { width, count, prefixBits, splitBits, least, slots: isUsed.lastIndexOf(1) + 1 - least, buckets: used << splitBits };
}

/** Writes the rows into a table of their shape: sorted, each with the entry around it, and the index. */
export function fillTable(table: AddressTable, rows: NetworkRows): void {
  const order = sortedPlaces(rows.words, rows.bits, rows.count);
  for (const [word, from] of rows.words.entries()) fill(table.words[word], order, from);
  for (let at = 0; at < rows.count; at++) {
    const place = order[at] ?? 0;
    table.heads[at] = packHead(table.width, rows.bits[place] ?? 0, rows.tags[place] ?? 0);
    table.details[at * 2] = rows.numbers[place] ?? 0;
    table.details[at * 2 + 1] = rows.expiries[place] ?? 0;
  }
  linkParents(table);
  fillIndex(table);
}

function fill(column: Uint32Array | undefined, order: Uint32Array, from: Uint32Array): void {
  if (column !== undefined) for (let at = 0; at < order.length; at++) column[at] = from[order[at] ?? 0] ?? 0;
}

function linkParents(table: AddressTable): void {
  const family = table.width === 1 ? 4 : 6;
  const word = (column: 0 | 1 | 2 | 3, at: number): number => table.words[column][at] ?? 0;
  for (let at = 1; at < table.count; at++) {
    const first = new Address(family, word(0, at), word(1, at), word(2, at), word(3, at));
    let around = at - 1;
    while (around !== -1 && !covers(table, around, first)) around = parentOf(table, around);
    if (around !== -1) setParent(table, at, around);
  }
}

function fillIndex({ index, words, count }: AddressTable): void {
  const { prefixBits, least, ranks, starts } = index;
  let rank = -1;
  let slot = -1;
  let bucket = 0;
  for (let at = 0; at < count; at++) {
    const first = words[0][at] ?? 0;
    const own = (first >>> (32 - prefixBits)) - least;
    if (own !== slot) {
      rank++;
      ranks.fill(rank, slot + 1, own + 1);
      slot = own;
    }
    const into = bucketOf(index, rank, first);
    // Where no entry is in a bucket, what follows begins at the next one.
    for (; bucket <= into; bucket++) starts[bucket] = at;
  }
  ranks.fill(rank + 1, slot + 1);
  starts.fill(count, bucket);
}
