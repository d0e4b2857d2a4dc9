import { Address } from "../../address/address.ts";
import { type AddressTable, covers, NONE, parentOf } from "./address-table.ts";
import type { TableShape } from "./list-layout.ts";
import type { NetworkRows } from "./network-rows.ts";
import { sortedPlaces } from "./sort-networks.ts";

/** With so many buckets a million entries leave some four comparisons, in 256 KiB. */
const MOST_BUCKETS = 1 << 16;

/** How large a table for these rows is, and how its buckets divide the range that the rows lie in. */
export function shapeOf({ width, count, words }: NetworkRows): TableShape {
  const first = words[0]?.subarray(0, count) ?? new Uint32Array();
  let [least, most] = [count === 0 ? 0 : NONE, 0];
  for (const word of first) {
    if (word < least) least = word;
    if (word > most) most = word;
  }
  const wanted = Math.min(MOST_BUCKETS, Math.max(2, 2 ** Math.ceil(Math.log2(count + 1))));
  let shift = 0;
  while ((most - least) >>> shift >= wanted) shift++;
  return { width, count, buckets: count === 0 ? 0 : ((most - least) >>> shift) + 1, least, shift };
}

/** Writes the rows into a table of their shape: sorted, each with the entry around it, and the index of buckets. */
export function fillTable(table: AddressTable, rows: NetworkRows): void {
  const order = sortedPlaces(rows.words, rows.bits, rows.count);
  for (const [at, place] of order.entries()) {
    for (const [word, column] of rows.words.entries()) write(table.words[word], at, column[place]);
    write(table.bits, at, rows.bits[place]);
    write(table.numbers, at, rows.numbers[place]);
    write(table.expiries, at, rows.expiries[place]);
    write(table.tags, at, rows.tags[place]);
  }
  linkParents(table);
  fillIndex(table);
}

function linkParents(table: AddressTable): void {
  const family = table.width === 1 ? 4 : 6;
  const word = (column: 0 | 1 | 2 | 3, at: number): number => table.words[column][at] ?? 0;
  for (let at = 0; at < table.count; at++) {
    const first = new Address(family, word(0, at), word(1, at), word(2, at), word(3, at));
    let around = at - 1;
    while (around !== -1 && !covers(table, around, first)) around = parentOf(table, around);
    table.parents[at] = around === -1 ? NONE : around;
  }
}

function fillIndex({ index, words, count, least, shift }: AddressTable): void {
  let at = 0;
  for (let bucket = 0; bucket < index.length; bucket++) {
    while (at < count && ((words[0][at] ?? 0) - least) >>> shift < bucket) at++;
    index[bucket] = at;
  }
}

function write(column: Uint32Array | Uint16Array | Uint8Array | undefined, at: number, value: number | undefined): void {
  if (column !== undefined && value !== undefined) column[at] = value;
}
