import { DIMENSIONS, type Dimension, ENTITY_KINDS, type EntityKind } from "../event/entity.ts";
import { encode } from "./alphabet.ts";
import { HASH_WIDTH, POSITION, VERSION } from "./layout.ts";

/**
 * How a log is kept in columns. An event is appended as a row to the entity's tail; when the tail has grown, its rows are moved into columns:
 * a core column (time, type, transaction type, status, amount), the ids, and one column for each dimension and for the position that any event has.
 * A reader takes the tail, the core and only the columns it needs. Offsets are 0-based; widths are characters.
 *
 * What may grow without rewriting: types, transaction types and statuses (appended to their lists), columns (a new code), header fields
 * (behind those known, kept by writers that do not know them) and sections of the core's header (by tag, kept likewise).
 */
export const COLUMN_VERSION = "2";

/** Not in the alphabet: where a row begins. */
export const ROW_MARK = " ";
/** One event in the core column, and in a row behind its id. */
export const CELL = { time: 0, type: 7, transactionType: 8, status: 9, amount: 10, amountWidth: 6, width: 16 } as const;
/** A row: mark, id, cell, then a code and a value for each dimension the event has. */
export const ROW = { id: 1, cell: 1 + HASH_WIDTH, values: 1 + HASH_WIDTH + CELL.width } as const;

/**
 * The tail's header up to the first row: version, code and hash of the entity's own dimension, time of writing, events moved so far,
 * and the last status that was changed among the columns (id and status).
 */
export const TAIL = { own: 1, ownValue: 2, written: 7, moved: 14, movedWidth: 5, stamp: 19, stampWidth: 6 } as const;
/**
 * The core column's header: version, its own length, events moved when it was written, newest evicted time, newest evicted position with its time,
 * then sections: tag, length of the body, body. A tag below the number of event types is that type's evicted events: first and last time, buckets.
 */
export const CORE = { length: 1, lengthWidth: 2, end: 3, endWidth: 5, evictedUntil: 8, place: 15, placeWidth: 15, sections: 30 } as const;
export const SECTION_HEAD = { tag: 0, length: 1, lengthWidth: 2, width: 3 } as const;
/** Every other column's header: version, events moved when it was written; its cells end at that event, and earlier ones it lacks are none. */
export const COLUMN = { end: 1, endWidth: 5, width: 6 } as const;

export type ColumnName = Dimension | "position";
export const COLUMN_NAMES: readonly ColumnName[] = [...DIMENSIONS, "position"];

/** A capital is a position, a small letter a hash: a reader steps over a code it does not know. */
const CODES: Readonly<Record<ColumnName, string>> = {
  client: "c",
  dest: "t",
  device: "d",
  ip: "i",
  card: "k",
  email: "e",
  phone: "p",
  shipping: "s",
  city: "y",
  bin: "b",
  merchant_1: "m",
  merchant_2: "n",
  position: "P",
};

export function codeOf(name: ColumnName): string {
  return CODES[name];
}

/** Characters of a value with this code. */
export function valueWidth(code: string): number {
  return code >= "A" && code <= "Z" ? POSITION.width : HASH_WIDTH;
}

/** The header of a tail that begins now. */
export function emptyTail(kind: EntityKind, ownHash: number, encodedNow: string): string {
  return COLUMN_VERSION + CODES[kind] + encode(ownHash, HASH_WIDTH) + encodedNow + encode(0, TAIL.movedWidth + TAIL.stampWidth);
}

/** Rows are moved into columns by the event that takes the tail over a multiple of this. */
export const TAIL_STEP = 3_000;

/** A log in columns as it was read: `null` is a column that does not exist, a column that is left out was not asked for. */
export interface ColumnLog {
  readonly tail: string | null;
  readonly core: string | null;
  readonly ids?: string | null;
  readonly columns: Readonly<Partial<Record<ColumnName, string | null>>>;
  /** The entity's log in the previous format (layout.ts), which is older than what stands in columns, or beside it. */
  readonly previous: string | null;
}
/** A log in the previous format, or in columns. */
export type PackedLog = string | ColumnLog;

/** Whether every text of a log is of a version that is known here; one that is not reads as no history. */
export function isReadable(log: PackedLog): boolean {
  if (typeof log === "string") return log[0] === VERSION;
  const { tail, core, previous } = log;
  return [tail, core].every((text) => text === null || text[0] === COLUMN_VERSION) && (previous === null || previous[0] === VERSION);
}

/** Columns that are read of each entity's log; one that is left out is not read at all. */
export type LogReads = Readonly<Partial<Record<EntityKind, readonly ColumnName[]>>>;

/** Whether what was read has all that is wanted. */
export function covers(read: LogReads, wanted: LogReads): boolean {
  return ENTITY_KINDS.every(
    (kind) =>
      wanted[kind] === undefined || (read[kind] !== undefined && wanted[kind].every((column) => read[kind]?.includes(column) === true)),
  );
}
