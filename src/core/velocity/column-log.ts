import { DIMENSIONS } from "../event/entity.ts";
import { type CanonicalEvent, EVENT_TYPES, TRANSACTION_TYPES } from "../event/event.ts";
import { decode, encode } from "./alphabet.ts";
import {
  CELL,
  COLUMN,
  COLUMN_NAMES,
  COLUMN_VERSION,
  CORE,
  type ColumnLog,
  codeOf,
  ROW,
  ROW_MARK,
  TAIL,
  valueWidth,
} from "./column-layout.ts";
import type { DimensionHash } from "./dimension-hash.ts";
import { HASH_WIDTH } from "./layout.ts";
import { encodeId, encodePosition, encodeStatus, encodeTime } from "./record.ts";

/** One event as a row of a tail. */
export function packRow(event: CanonicalEvent, hash: DimensionHash): string {
  let row =
    ROW_MARK +
    encodeId(event.id, hash) +
    encodeTime(event.occurredAtMs) +
    encode(EVENT_TYPES.indexOf(event.type), 1) +
    encode(event.transactionType === null ? 0 : TRANSACTION_TYPES.indexOf(event.transactionType) + 1, 1) +
    encodeStatus(event.status) +
    encode(event.amountMinor === null ? 0 : event.amountMinor + 1, CELL.amountWidth);
  for (const dimension of DIMENSIONS) {
    const value = event.dimensions[dimension];
    if (value !== undefined) row += codeOf(dimension) + encode(hash.hash32(dimension, value), HASH_WIDTH);
  }
  return event.latitude === null || event.longitude === null ? row : row + codeOf("position") + encodePosition(event);
}

/** Where each row of a tail begins. */
export function rowsOf(tail: string | null): number[] {
  const rows: number[] = [];
  if (tail === null || tail[0] !== COLUMN_VERSION) return rows;
  for (let at = tail.indexOf(ROW_MARK); at >= 0; at = tail.indexOf(ROW_MARK, at + 1)) rows.push(at);
  return rows;
}

/** Where the value with this code stands in the row at `row`, or −1. */
export function valueInRow(tail: string, row: number, code: string): number {
  for (let at = row + ROW.values; at < tail.length && tail[at] !== ROW_MARK; at += 1 + valueWidth(tail[at] ?? ""))
    if (tail[at] === code) return at + 1;
  return -1;
}

/** The cells of the core column: where they begin, how many, and the number of the event they end at. */
export function coreCells(core: string | null): { readonly from: number; readonly count: number; readonly end: number } {
  if (core === null || core[0] !== COLUMN_VERSION) return { from: 0, count: 0, end: 0 };
  const from = decode(core, CORE.length, CORE.lengthWidth);
  return { from, count: Math.floor((core.length - from) / CELL.width), end: decode(core, CORE.end, CORE.endWidth) };
}

/** The place of a column's value for each of the core's cells: `first + index × width`; before `COLUMN.width` and behind the text it has none. */
export function columnOffset(column: string, width: number, core: { readonly count: number; readonly end: number }): number {
  const end = decode(column, COLUMN.end, COLUMN.endWidth);
  const cells = Math.floor((column.length - COLUMN.width) / width);
  // The column's cell k is the event number end − cells + k.
  return COLUMN.width + (core.end - core.count - (end - cells)) * width;
}

/**
 * A log without the record of this id: what it was before the event was appended. Null when the record may stand among the columns and the ids were not read.
 */
export function withoutRecord(log: ColumnLog, encodedId: string): ColumnLog | null {
  const at = log.tail?.lastIndexOf(ROW_MARK + encodedId) ?? -1;
  if (log.tail !== null && at >= 0) {
    const next = log.tail.indexOf(ROW_MARK, at + 1);
    return { ...log, tail: log.tail.slice(0, at) + (next < 0 ? "" : log.tail.slice(next)) };
  }
  const cells = coreCells(log.core);
  if (log.core === null || cells.count === 0) return log;
  if (log.ids === undefined) return null;
  if (log.ids === null) return log;
  const first = columnOffset(log.ids, HASH_WIDTH, cells);
  for (let index = cells.count - 1; index >= 0; index--) {
    if (!log.ids.startsWith(encodedId, first + index * HASH_WIDTH)) continue;
    const columns: Record<string, string | null> = {};
    for (const name of COLUMN_NAMES) {
      const text = log.columns[name];
      if (text === undefined) continue;
      const width = valueWidth(codeOf(name));
      columns[name] = text === null ? null : cut(text, columnOffset(text, width, cells) + index * width, width);
    }
    const core = cut(log.core, cells.from + index * CELL.width, CELL.width);
    return { ...log, core, ids: cut(log.ids, first + index * HASH_WIDTH, HASH_WIDTH), columns };
  }
  return log;
}

/** Every text loses the same event, so they stay aligned at their end. */
function cut(text: string, at: number, width: number): string {
  return at < COLUMN.width || at >= text.length ? text : text.slice(0, at) + text.slice(at + width);
}

/** Whether a log holds any event. */
export function hasHistory(log: ColumnLog): boolean {
  return log.core !== null || log.previous !== null || log.tail?.includes(ROW_MARK) === true;
}

/** When a tail was last written as a whole, epoch milliseconds: the log's time to live counts from then. */
export function tailWrittenAt(tail: string): number {
  return decode(tail, TAIL.written, TAIL.moved - TAIL.written);
}

/** The kind of entity whose own dimension stands at the head of a tail, as the code of its column. */
export function ownCode(tail: string): string {
  return tail[TAIL.own] ?? "";
}
