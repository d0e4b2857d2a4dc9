import { DIMENSIONS } from "../event/entity.ts";
import { type CanonicalEvent, EVENT_STATUSES, EVENT_TYPES, TRANSACTION_TYPES } from "../event/event.ts";
import { decode } from "./alphabet.ts";
import { CELL, COLUMN, COLUMN_NAMES, COLUMN_VERSION, codeOf, type PackedLog, ROW, TAIL, valueWidth } from "./column-layout.ts";
import { columnOffset, coreCells, ownCode, rowsOf, valueInRow } from "./column-log.ts";
import type { DimensionHash } from "./dimension-hash.ts";
import { type Bucket, type Evicted, joinEvicted, NOTHING_EVICTED, readEvicted, readPreviousEvicted } from "./evicted.ts";
import { HASH_WIDTH, HEADER, RECORD, TIME_WIDTH, VERSION } from "./layout.ts";
import { bucketsLength, type Position, positionAt } from "./log-header.ts";
import { KINDS_PER_TYPE } from "./record.ts";

const POSITION_COLUMN = COLUMN_NAMES.indexOf("position");
const CODES = COLUMN_NAMES.map(codeOf);
const WIDTHS = CODES.map(valueWidth);

/** The texts a log stands in, in this order: cells of the core column, records of the previous format, rows of the tail. */
interface LogTexts {
  core: string;
  coreFrom: number;
  coreCount: number;
  coreEnd: number;
  previous: string;
  previousFrom: number;
  previousCount: number;
  tail: string;
  rows: readonly number[];
  /** Column texts by index; null for one that does not exist, undefined for one that was not read. */
  columns: readonly (string | null | undefined)[];
}

/**
 * A log read into columns, events in the order of their times. The arrays are scratch space: valid until the next `read` into the same log.
 * `status` and `types` are indexes into EVENT_STATUSES and EVENT_TYPES; `transactionTypes` is 0 for none, else index + 1; `amounts` is −1 for none.
 */
export interface DecodedLog {
  count: number;
  times: Float64Array;
  types: Uint8Array;
  transactionTypes: Uint8Array;
  status: Uint8Array;
  amounts: Float64Array;
  /** Every event at or before this time may be in the buckets only; 0 when nothing was ever evicted. */
  evictedUntilMs: number;
  /** First and last time of each type among evicted events, `[first, last, first, last, …]`; 0 for never. */
  seen: Float64Array;
  /** Dimension columns read so far; ask `dimensionColumn`. */
  readonly columns: Uint32Array[];
  readonly columnsRead: Uint8Array;
  evicted: Evicted;
  texts: LogTexts;
  /** Which event of the texts stands at a place, where they are not in the order of their times. */
  order: Uint16Array | null;
  /** Of a log that was never packed: the hash of its one event's dimension, by index. */
  hashOf: ((dimension: number) => number) | null;
}

const NO_TEXTS: LogTexts = {
  core: "",
  coreFrom: 0,
  coreCount: 0,
  coreEnd: 0,
  previous: "",
  previousFrom: 0,
  previousCount: 0,
  tail: "",
  rows: [],
  columns: COLUMN_NAMES.map(() => null),
};

export function createDecodedLog(): DecodedLog {
  return {
    ...columnsFor(32),
    count: 0,
    evictedUntilMs: 0,
    seen: new Float64Array(EVENT_TYPES.length * 2),
    columns: DIMENSIONS.map(() => new Uint32Array(32)),
    columnsRead: new Uint8Array(DIMENSIONS.length),
    evicted: NOTHING_EVICTED,
    texts: NO_TEXTS,
    order: null,
    hashOf: null,
  };
}

function columnsFor(size: number) {
  return {
    times: new Float64Array(size),
    types: new Uint8Array(size),
    transactionTypes: new Uint8Array(size),
    status: new Uint8Array(size),
    amounts: new Float64Array(size),
  };
}

/** Reads a packed log into `log`. No text, or one of an unknown version, is an entity without history. */
export function readLog(log: DecodedLog, packed: PackedLog | undefined): void {
  log.columnsRead.fill(0);
  log.hashOf = null;
  log.order = null;
  const texts = textsOf(packed);
  log.texts = texts;
  log.evicted = evictedOf(texts);
  log.evictedUntilMs = log.evicted.untilMs;
  log.seen.fill(0);
  for (const [type, { firstMs, lastMs }] of log.evicted.types) {
    log.seen[2 * type] = firstMs;
    log.seen[2 * type + 1] = lastMs;
  }
  log.count = texts.coreCount + texts.previousCount + texts.rows.length;
  if (log.count > log.times.length) Object.assign(log, columnsFor(log.count * 2));
  readCells(log, texts);
  for (let i = 1; i < log.count; i++)
    if ((log.times[i] ?? 0) < (log.times[i - 1] ?? 0)) {
      putInOrder(log);
      return;
    }
}

function textsOf(packed: PackedLog | undefined): LogTexts {
  if (packed === undefined) return NO_TEXTS;
  const { core, tail, previous, columns } = typeof packed === "string" ? { core: null, tail: null, previous: packed, columns: {} } : packed;
  const cells = coreCells(core);
  const isPrevious = previous !== null && previous[0] === VERSION && previous.length >= HEADER.width;
  const previousFrom = isPrevious ? HEADER.width + bucketsLength(previous) : 0;
  return {
    core: core ?? "",
    coreFrom: cells.from,
    coreCount: cells.count,
    coreEnd: cells.end,
    previous: isPrevious ? previous : "",
    previousFrom,
    previousCount: isPrevious ? Math.floor((previous.length - previousFrom) / RECORD.width) : 0,
    tail: tail ?? "",
    rows: rowsOf(tail),
    columns: COLUMN_NAMES.map((name) => columns[name]),
  };
}

function evictedOf({ core, previous }: LogTexts): Evicted {
  const own = core === "" ? NOTHING_EVICTED : readEvicted(core);
  return previous === "" ? own : joinEvicted(own, readPreviousEvicted(previous));
}

function readCells(log: DecodedLog, texts: LogTexts): void {
  const { times, types, transactionTypes, status, amounts } = log;
  let i = 0;
  const readCell = (text: string, at: number): void => {
    times[i] = decode(text, at + CELL.time, TIME_WIDTH);
    types[i] = decode(text, at + CELL.type, 1);
    transactionTypes[i] = decode(text, at + CELL.transactionType, 1);
    status[i] = decode(text, at + CELL.status, 1);
    amounts[i++] = decode(text, at + CELL.amount, CELL.amountWidth) - 1;
  };
  for (let at = texts.coreFrom; i < texts.coreCount; at += CELL.width) readCell(texts.core, at);
  for (let k = 0, at = texts.previousFrom; k < texts.previousCount; k++, at += RECORD.width) {
    const kind = decode(texts.previous, at + RECORD.kind, 1);
    times[i] = decode(texts.previous, at + RECORD.time, TIME_WIDTH);
    types[i] = kind / KINDS_PER_TYPE;
    transactionTypes[i] = kind % KINDS_PER_TYPE;
    status[i] = decode(texts.previous, at + RECORD.status, 1);
    amounts[i++] = decode(texts.previous, at + RECORD.amount, RECORD.amountWidth) - 1;
  }
  for (const row of texts.rows) readCell(texts.tail, row + ROW.cell);
}

/** Events stand as they arrived; a log that has late ones is put in order, ties as they came. */
function putInOrder(log: DecodedLog): void {
  const { count, times, types, transactionTypes, status, amounts } = log;
  const order = Uint16Array.from({ length: count }, (_, i) => i).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
  log.order = order;
  for (const column of [times, types, transactionTypes, status, amounts]) {
    const arrived = column.slice(0, count);
    for (let i = 0; i < count; i++) column[i] = arrived[order[i] ?? 0] ?? 0;
  }
}

/** Makes `log` hold one event alone, without packing it. */
export function holdEvent(log: DecodedLog, event: CanonicalEvent, hash: DimensionHash): void {
  log.columnsRead.fill(0);
  log.count = 1;
  log.times[0] = Math.max(1, Math.floor(event.occurredAtMs));
  log.types[0] = EVENT_TYPES.indexOf(event.type);
  log.transactionTypes[0] = event.transactionType === null ? 0 : TRANSACTION_TYPES.indexOf(event.transactionType) + 1;
  log.status[0] = EVENT_STATUSES.indexOf(event.status);
  log.amounts[0] = event.amountMinor ?? -1;
  log.hashOf = (dimension) => {
    const name = DIMENSIONS[dimension];
    const value = name === undefined ? undefined : event.dimensions[name];
    return name === undefined || value === undefined ? 0 : hash.hash32(name, value);
  };
}

/** Whether the log was read with this column (an index into COLUMN_NAMES), or has no part that it could be missing from. */
export function holdsColumn(log: DecodedLog, column: number): boolean {
  const { columns, coreCount, tail } = log.texts;
  return columns[column] !== undefined || coreCount === 0 || ownCode(tail) === CODES[column];
}

/** The hashes of one dimension, 0 where an event has none. Read on first use: most features need two or three of them. */
export function dimensionColumn(log: DecodedLog, dimension: number): Uint32Array {
  let column = log.columns[dimension] ?? new Uint32Array(0);
  if (log.columnsRead[dimension] === 1) return column;
  if (column.length < log.count) {
    column = new Uint32Array(log.times.length);
    log.columns[dimension] = column;
  }
  log.columnsRead[dimension] = 1;
  if (log.hashOf !== null) {
    column[0] = log.hashOf(dimension);
    return column;
  }
  readColumn(log.texts, dimension, column);
  if (log.order !== null) {
    const arrived = column.slice(0, log.count);
    for (let i = 0; i < log.count; i++) column[i] = arrived[log.order[i] ?? 0] ?? 0;
  }
  return column;
}

/** As `valueAt` for every event of the texts. */
function readColumn(texts: LogTexts, dimension: number, column: Uint32Array): void {
  const { coreCount, coreEnd, previous, previousCount, tail, rows } = texts;
  const code = CODES[dimension] ?? "";
  const text = texts.columns[dimension];
  // An entity's own dimension is the same in all its events: it has no column, and the tail's header tells it.
  if (code === ownCode(tail)) column.fill(decode(tail, TAIL.ownValue, HASH_WIDTH), 0, coreCount);
  else if (text == null || text[0] !== COLUMN_VERSION) column.fill(0, 0, coreCount);
  else {
    const from = columnOffset(text, HASH_WIDTH, { count: coreCount, end: coreEnd });
    for (let i = 0, at = from; i < coreCount; i++, at += HASH_WIDTH)
      column[i] = at < COLUMN.width || at + HASH_WIDTH > text.length ? 0 : decode(text, at, HASH_WIDTH);
  }
  let i = coreCount;
  const place = texts.previousFrom + RECORD.dimensions + dimension * HASH_WIDTH;
  for (let k = 0; k < previousCount; k++) column[i++] = decode(previous, place + k * RECORD.width, HASH_WIDTH);
  for (const row of rows) {
    const at = valueInRow(tail, row, code);
    column[i++] = at < 0 ? 0 : decode(tail, at, HASH_WIDTH);
  }
}

const NOWHERE = { text: "", at: -1 };

/** Where a value of an event stands; events are counted through the texts in their order. */
function valueAt(texts: LogTexts, column: number, event: number): { readonly text: string; readonly at: number } {
  const code = CODES[column] ?? "";
  if (event < texts.coreCount) {
    const text = texts.columns[column];
    if (text == null || text[0] !== COLUMN_VERSION) return NOWHERE;
    const width = WIDTHS[column] ?? HASH_WIDTH;
    const at = columnOffset(text, width, { count: texts.coreCount, end: texts.coreEnd }) + event * width;
    return at < COLUMN.width || at + width > text.length ? NOWHERE : { text, at };
  }
  const record = event - texts.coreCount;
  if (record < texts.previousCount) {
    const place = column === POSITION_COLUMN ? RECORD.position : RECORD.dimensions + column * HASH_WIDTH;
    return { text: texts.previous, at: texts.previousFrom + record * RECORD.width + place };
  }
  const row = texts.rows[record - texts.previousCount];
  return row === undefined ? NOWHERE : { text: texts.tail, at: valueInRow(texts.tail, row, code) };
}

/** Where the entity last was at or before a time; null when no event tells. */
export function lastPosition(log: DecodedLog, atMs: number): Position | null {
  for (let i = log.count - 1; i >= 0; i--) {
    const time = log.times[i] ?? 0;
    if (time > atMs) continue;
    const { text, at } = valueAt(log.texts, POSITION_COLUMN, log.order === null ? i : (log.order[i] ?? 0));
    const position = at < 0 ? null : positionAt(text, at, time);
    if (position !== null) return position;
  }
  if (log.evictedUntilMs === 0) return null;
  const { place } = log.evicted;
  const evicted = positionAt(place, TIME_WIDTH, decode(place, 0, TIME_WIDTH));
  return evicted === null || evicted.atMs > atMs ? null : evicted;
}

/** The buckets of one event type, oldest first. */
export function bucketsOf(log: DecodedLog, type: number): readonly Bucket[] {
  return log.evicted.types.get(type)?.buckets ?? [];
}
