import { type AddressTable, TABLE_WIDTHS, type TableIndex, type TableWidth } from "./address-table.ts";

/** `TGAL` in the byte order of the machine that wrote it: read as another number, the columns are not readable here. */
export const MAGIC = 0x4c414754;
export const FORMAT_VERSION = 1;

/** Words of the header, before the tags. No time of building: equal lists are equal bytes. */
export const HEADER = { magic: 0, version: 1, byteLength: 2, tagBytes: 3, reserved: 4, checksum: 5, tables: 6 } as const;
/** Words of the header for each table. */
export const PER_TABLE = { count: 0, prefixBits: 1, splitBits: 2, least: 3, slots: 4, buckets: 5 } as const;
const WORDS_PER_TABLE = 6;
export const HEADER_BYTES = (HEADER.tables + TABLE_WIDTHS.length * WORDS_PER_TABLE) * 4;

export interface TableShape extends Pick<TableIndex, "prefixBits" | "splitBits" | "least"> {
  readonly width: TableWidth;
  readonly count: number;
  readonly slots: number;
  readonly buckets: number;
}

/** The word of the header at which those of a table begin. */
export const tableHeaderAt = (place: number): number => HEADER.tables + place * WORDS_PER_TABLE;

/** The bytes up to the next multiple of four. */
export const padded = (bytes: number): number => (bytes + 3) & ~3;

/** The bytes that a table takes. */
export function tableBytes({ width, count, slots, buckets }: TableShape): number {
  return (buckets + 1 + count * (width + 3)) * 4 + padded((slots + 1) * 2) + padded(count * 2);
}

/** A table's columns as views of the value's own bytes, nothing is copied. */
export function tableAt(buffer: ArrayBuffer, offset: number, shape: TableShape): AddressTable {
  const { width, count, slots, buckets, prefixBits, splitBits, least } = shape;
  let at = offset;
  const column = (length: number): Uint32Array => {
    const view = new Uint32Array(buffer, at, length);
    at += length * 4;
    return view;
  };
  const short = (length: number): Uint16Array => {
    const view = new Uint16Array(buffer, at, length);
    at += padded(length * 2);
    return view;
  };
  const starts = column(buckets + 1);
  const ranks = short(slots + 1);
  const words = [column(count), column(width > 1 ? count : 0), column(width > 2 ? count : 0), column(width > 2 ? count : 0)] as const;
  const heads = short(count);
  const parents = column(count);
  const details = column(count * 2);
  return { width, count, words, heads, parents, details, index: { prefixBits, splitBits, least, ranks, starts } };
}

/** FNV-1a over the header (its checksum taken as 0) and the tags: what a table's bounds rest on. */
export function headerChecksum(buffer: ArrayBuffer, tagBytes: number): number {
  const bytes = new Uint8Array(buffer, 0, HEADER_BYTES + tagBytes);
  let hash = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at++) {
    const isOwn = at >> 2 === HEADER.checksum;
    hash = Math.imul(hash ^ (isOwn ? 0 : (bytes[at] ?? 0)), 0x01000193);
  }
  return hash >>> 0;
}
