import { DIMENSIONS } from "../event/entity.ts";
import { type CanonicalEvent, EVENT_STATUSES, EVENT_TYPES, TRANSACTION_TYPES } from "../event/event.ts";
import { decode } from "./alphabet.ts";
import type { DimensionHash } from "./dimension-hash.ts";
import { BUCKET, COUNT_WIDTH, HASH_WIDTH, HEADER, RECORD, TIME_WIDTH, VERSION } from "./layout.ts";
import { bucketCount, bucketsLength, evictedPosition, type Position, positionAt } from "./log-header.ts";
import { KINDS_PER_TYPE } from "./record.ts";

/** Evicted events of one type. */
export interface Bucket {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
  /** Those of `count` that are in `sumMinor`: with an amount, neither blocked nor declined. */
  readonly summed: number;
  readonly sumMinor: number;
}

/**
 * A log read into columns, records in the order of their times. The arrays are scratch space: valid until the next `read` into the same log.
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
  /** Buckets read so far, by type; ask `bucketsOf`. */
  readonly buckets: (readonly Bucket[] | undefined)[];
  text: string;
  base: number;
  /** Of a log that was never packed: the hash of its one event's dimension, by index. */
  hashOf: ((dimension: number) => number) | null;
}

export function createDecodedLog(): DecodedLog {
  return {
    ...columnsFor(32),
    count: 0,
    evictedUntilMs: 0,
    seen: new Float64Array(EVENT_TYPES.length * 2),
    columns: DIMENSIONS.map(() => new Uint32Array(32)),
    columnsRead: new Uint8Array(DIMENSIONS.length),
    buckets: EVENT_TYPES.map(() => undefined),
    text: "",
    base: 0,
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

/** Reads a packed log into `log`. No text, or a log of another version, is an entity without history. */
export function readLog(log: DecodedLog, text: string | undefined): void {
  log.columnsRead.fill(0);
  log.buckets.fill(undefined);
  log.count = 0;
  log.evictedUntilMs = 0;
  log.text = "";
  if (text === undefined || text[0] !== VERSION || text.length < HEADER.width) {
    log.seen.fill(0);
    return;
  }
  log.evictedUntilMs = decode(text, HEADER.evictedUntil, TIME_WIDTH);
  if (log.evictedUntilMs === 0) log.seen.fill(0);
  else for (let slot = 0; slot < log.seen.length; slot++) log.seen[slot] = decode(text, HEADER.seen + slot * TIME_WIDTH, TIME_WIDTH);
  log.base = HEADER.width + bucketsLength(text);
  if (!readRecords(log, text)) readRecords(log, inTimeOrder(text, log.base));
}

/** Reads the records; false when a late one stands behind one of a later time. */
function readRecords(log: DecodedLog, text: string): boolean {
  log.text = text;
  log.count = Math.floor((text.length - log.base) / RECORD.width);
  if (log.count > log.times.length) Object.assign(log, columnsFor(log.count * 2));
  let before = 0;
  for (let i = 0, at = log.base; i < log.count; i++, at += RECORD.width) {
    const time = decode(text, at + RECORD.time, TIME_WIDTH);
    if (time < before) return false;
    before = time;
    const kind = decode(text, at + RECORD.kind, 1);
    log.times[i] = time;
    log.types[i] = kind / KINDS_PER_TYPE;
    log.transactionTypes[i] = kind % KINDS_PER_TYPE;
    log.status[i] = decode(text, at + RECORD.status, 1);
    log.amounts[i] = decode(text, at + RECORD.amount, RECORD.amountWidth) - 1;
  }
  return true;
}

/** Records stand as they arrived; a log that has late ones is put in order, ties as they came. */
function inTimeOrder(text: string, base: number): string {
  const records: string[] = [];
  for (let at = base; at + RECORD.width <= text.length; at += RECORD.width) records.push(text.slice(at, at + RECORD.width));
  // Equal widths of the alphabet order as the times do, and the sort is stable.
  records.sort((a, b) => compareTexts(a.slice(0, TIME_WIDTH), b.slice(0, TIME_WIDTH)));
  return text.slice(0, base) + records.join("");
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

/** The hashes of one dimension, 0 where a record has none. Read on first use: most features need two or three of twelve. */
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
  const offset = log.base + RECORD.dimensions + dimension * HASH_WIDTH;
  for (let i = 0; i < log.count; i++) column[i] = decode(log.text, offset + i * RECORD.width, HASH_WIDTH);
  return column;
}

/** Where the entity last was at or before a time; null when no event tells. */
export function lastPosition(log: DecodedLog, atMs: number): Position | null {
  for (let i = log.count - 1; i >= 0; i--) {
    const time = log.times[i] ?? 0;
    if (time > atMs) continue;
    const position = positionAt(log.text, log.base + i * RECORD.width + RECORD.position, time);
    if (position !== null) return position;
  }
  if (log.evictedUntilMs === 0) return null;
  const evicted = evictedPosition(log.text);
  return evicted === null || evicted.atMs > atMs ? null : evicted;
}

/** The buckets of one event type, oldest first. */
export function bucketsOf(log: DecodedLog, type: number): readonly Bucket[] {
  const read = log.buckets[type] ?? readBuckets(log, type);
  log.buckets[type] = read;
  return read;
}

function readBuckets(log: DecodedLog, type: number): Bucket[] {
  if (log.evictedUntilMs === 0) return [];
  let at = HEADER.width;
  for (let earlier = 0; earlier < type; earlier++) at += bucketCount(log.text, earlier) * BUCKET.width;
  const buckets: Bucket[] = [];
  for (let left = bucketCount(log.text, type); left > 0; left--, at += BUCKET.width)
    buckets.push({
      firstMs: decode(log.text, at + BUCKET.first, TIME_WIDTH),
      lastMs: decode(log.text, at + BUCKET.last, TIME_WIDTH),
      count: decode(log.text, at + BUCKET.count, COUNT_WIDTH),
      summed: decode(log.text, at + BUCKET.summed, COUNT_WIDTH),
      sumMinor: decode(log.text, at + BUCKET.sum, BUCKET.sumWidth),
    });
  return buckets;
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
