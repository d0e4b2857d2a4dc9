import type { EntityKind } from "../event/entity.ts";
import { EVENT_STATUSES } from "../event/event.ts";
import { decode, encode } from "./alphabet.ts";
import {
  CELL,
  COLUMN,
  COLUMN_NAMES,
  COLUMN_VERSION,
  type ColumnLog,
  type ColumnName,
  codeOf,
  ROW,
  ROW_MARK,
  TAIL,
  valueWidth,
} from "./column-layout.ts";
import { columnOffset, coreCells, rowsOf } from "./column-log.ts";
import { type Evicted, joinEvicted, laterPlace, readEvicted, readPreviousEvicted, withBucket, writeCoreHeader } from "./evicted.ts";
import { CAPS, HASH_WIDTH, HEADER, POSITION, RECORD, TIME_WIDTH, VERSION } from "./layout.ts";
import { bucketsLength } from "./log-header.ts";
import { encodeTime, KINDS_PER_TYPE } from "./record.ts";

/** A tail with more rows than this is compacted even where that loses values of columns this version does not know. */
const TAIL_AT_MOST = 400;

/** What a log becomes: `head` takes the place of the first `taken` characters of its tail. */
export interface CompactedLog {
  readonly head: string;
  readonly taken: number;
  readonly core: string;
  readonly ids: string;
  /** Columns that exist from now on. */
  readonly columns: Readonly<Partial<Record<ColumnName, string>>>;
}

/** One event on its way into the columns; `values` are as they are written, by column. */
interface Entry {
  readonly id: string;
  readonly cell: string;
  readonly values: readonly (string | undefined)[];
}

const CODES = COLUMN_NAMES.map(codeOf);
const NO_POSITION = encode(0, POSITION.width);
const NO_HASH = encode(0, HASH_WIDTH);
const POSITION_COLUMN = COLUMN_NAMES.indexOf("position");
const UNSUMMED = new Set([EVENT_STATUSES.indexOf("blocked"), EVENT_STATUSES.indexOf("declined")]);

/**
 * Moves the rows of a tail but its newest, and a log of the previous format, into columns; evicts all but the newest events that the kind keeps.
 * The log must have been read with all its columns. Null when there is nothing to move, or a later version must do it: a row has a column unknown here.
 */
export function compactLog(log: ColumnLog, kind: EntityKind, nowMs: number): CompactedLog | null {
  const { tail } = log;
  const rows = rowsOf(tail);
  const last = rows.at(-1);
  if (tail === null || last === undefined) return null;
  const moved = rows.slice(0, -1).map((row) => entryOfRow(tail, row));
  if (rows.length <= TAIL_AT_MOST && moved.some(({ isKnown }) => !isKnown)) return null;
  const known = cellsOf(log);
  const previous = previousOf(log.previous);
  const entries = [...known, ...previous.entries, ...moved];
  if (entries.some(({ cell }, i) => i > 0 && cell.slice(0, TIME_WIDTH) < (entries[i - 1]?.cell ?? "").slice(0, TIME_WIDTH)))
    // Equal widths of the alphabet order as the times do, and the sort is stable.
    entries.sort((a, b) => compareTexts(a.cell.slice(0, TIME_WIDTH), b.cell.slice(0, TIME_WIDTH)));
  const surplus = Math.max(0, entries.length - CAPS[kind].kept);
  const evicted = evict(joinEvicted(readEvicted(log.core), previous.evicted), entries.slice(0, surplus));
  const kept = entries.slice(surplus);

  const before = decode(tail, TAIL.moved, TAIL.movedWidth);
  const end = before + previous.entries.length + moved.length;
  const columns: Partial<Record<ColumnName, string>> = {};
  for (const [column, name] of COLUMN_NAMES.entries()) {
    // An entity's own dimension is the same in all its events: the tail's header tells it.
    if (name === kind || (log.columns[name] == null && !kept.some(({ values }) => values[column] !== undefined))) continue;
    const none = column === POSITION_COLUMN ? NO_POSITION : NO_HASH;
    columns[name] = columnHeader(end) + kept.map(({ values }) => values[column] ?? none).join("");
  }
  return {
    head: tail.slice(0, TAIL.written) + encodeTime(nowMs) + encode(end, TAIL.movedWidth) + tail.slice(TAIL.stamp, rows[0]),
    taken: last,
    core: writeCoreHeader(end, evicted) + kept.map(({ cell }) => cell).join(""),
    ids: columnHeader(end) + kept.map(({ id }) => id).join(""),
    columns,
  };
}

const columnHeader = (end: number): string => COLUMN_VERSION + encode(end, COLUMN.endWidth);

/** `isKnown` is false for a row with a value whose column is not known here. */
function entryOfRow(tail: string, row: number): Entry & { readonly isKnown: boolean } {
  const values: (string | undefined)[] = [];
  const stop = tail.indexOf(ROW_MARK, row + 1);
  let isKnown = true;
  for (let at = row + ROW.values; at < (stop < 0 ? tail.length : stop); ) {
    const code = tail[at] ?? "";
    const width = valueWidth(code);
    const column = CODES.indexOf(code);
    if (column < 0) isKnown = false;
    else values[column] = tail.slice(at + 1, at + 1 + width);
    at += 1 + width;
  }
  return { isKnown, id: tail.slice(row + ROW.id, row + ROW.cell), cell: tail.slice(row + ROW.cell, row + ROW.values), values };
}

/** The events that stand in columns. */
function cellsOf(log: ColumnLog): Entry[] {
  const { core, ids } = log;
  if (core === null) return [];
  const cells = coreCells(core);
  const columns = COLUMN_NAMES.map((name, column) => {
    const text = log.columns[name];
    const width = column === POSITION_COLUMN ? POSITION.width : HASH_WIDTH;
    return text == null || text[0] !== COLUMN_VERSION ? null : { text, width, first: columnOffset(text, width, cells) };
  });
  const firstId = ids == null ? 0 : columnOffset(ids, HASH_WIDTH, cells);
  return Array.from({ length: cells.count }, (_, i) => ({
    id: cellAt(ids ?? null, firstId + i * HASH_WIDTH, HASH_WIDTH) ?? NO_HASH,
    cell: core.slice(cells.from + i * CELL.width, cells.from + (i + 1) * CELL.width),
    values: columns.map((column) => (column === null ? undefined : cellAt(column.text, column.first + i * column.width, column.width))),
  }));
}

function cellAt(text: string | null, at: number, width: number): string | undefined {
  if (text === null || at < COLUMN.width || at + width > text.length) return undefined;
  const value = text.slice(at, at + width);
  return value === NO_POSITION || value === NO_HASH ? undefined : value;
}

/** The events of a log in the previous format. */
function previousOf(log: string | null): { readonly entries: readonly Entry[]; readonly evicted: Evicted } {
  if (log === null || log[0] !== VERSION || log.length < HEADER.width) return { entries: [], evicted: readEvicted(null) };
  const entries: Entry[] = [];
  for (let at = HEADER.width + bucketsLength(log); at + RECORD.width <= log.length; at += RECORD.width) {
    const kind = decode(log, at + RECORD.kind, 1);
    const values = COLUMN_NAMES.map((_, column) => {
      const place = at + (column === POSITION_COLUMN ? RECORD.position : RECORD.dimensions + column * HASH_WIDTH);
      const value = log.slice(place, place + (column === POSITION_COLUMN ? POSITION.width : HASH_WIDTH));
      return value === NO_HASH || value === NO_POSITION ? undefined : value;
    });
    entries.push({
      id: log.slice(at + RECORD.id, at + RECORD.id + HASH_WIDTH),
      cell:
        log.slice(at + RECORD.time, at + RECORD.time + TIME_WIDTH) +
        encode(Math.floor(kind / KINDS_PER_TYPE), 1) +
        encode(kind % KINDS_PER_TYPE, 1) +
        log.slice(at + RECORD.status, at + RECORD.amount + RECORD.amountWidth),
      values,
    });
  }
  return { entries, evicted: readPreviousEvicted(log) };
}

/** Folds events, oldest first, into what was evicted before: a bucket for each type. */
function evict(before: Evicted, entries: readonly Entry[]): Evicted {
  if (entries.length === 0) return before;
  let { untilMs, place } = before;
  const found = new Map<number, { firstMs: number; lastMs: number; count: number; summed: number; sumMinor: number }>();
  for (const { cell, values } of entries) {
    const atMs = decode(cell, CELL.time, TIME_WIDTH);
    const type = decode(cell, CELL.type, 1);
    const of = found.get(type) ?? { firstMs: atMs, lastMs: atMs, count: 0, summed: 0, sumMinor: 0 };
    found.set(type, of);
    of.lastMs = atMs;
    of.count += 1;
    const amount = decode(cell, CELL.amount, CELL.amountWidth);
    if (amount > 0 && !UNSUMMED.has(decode(cell, CELL.status, 1))) {
      of.summed += 1;
      of.sumMinor += amount - 1;
    }
    const position = values[POSITION_COLUMN];
    if (position !== undefined) place = laterPlace(place, cell.slice(0, TIME_WIDTH) + position);
    untilMs = Math.max(untilMs, atMs);
  }
  const types = new Map(before.types);
  for (const [type, of] of found) {
    const known = types.get(type);
    types.set(type, {
      firstMs: Math.min(known?.firstMs ?? of.firstMs, of.firstMs),
      lastMs: Math.max(known?.lastMs ?? 0, of.lastMs),
      buckets: withBucket(known?.buckets ?? [], of),
    });
  }
  return { untilMs, place, types, rest: before.rest };
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
