import { DIMENSIONS, type EntityKind } from "../event/entity.ts";
import { EVENT_TYPES } from "../event/event.ts";
import { ALPHABET } from "./alphabet.ts";

/**
 * Where everything stands in a record and in a log; the Redis scripts are built from the same numbers.
 * A log is a header, buckets of evicted events, and records in the order they arrived. Offsets are 0-based; widths are characters.
 * A decision only appends a record: header and buckets change when a log is trimmed, and tell of evicted events only.
 * INVARIANT: changing any of this is a new `VERSION`; a log of another version is read as no history and written anew.
 */
export const VERSION = "1";

export const TIME_WIDTH = 7;
export const HASH_WIDTH = 5;
const ZERO = ALPHABET.slice(0, 1);
export const NO_TIME = ZERO.repeat(TIME_WIDTH);

/** Latitude and longitude of (degrees + 180) × 145,000 + 1, less than a metre; 0 is none. */
export const POSITION = { degreeScale: 145_000, coordinateWidth: 4, width: 8 } as const;

/** One event: time, id, type with transaction type, status, amount + 1 (0 is none), position, then a hash for each dimension (0 is none). */
export const RECORD = {
  time: 0,
  id: 7,
  kind: 12,
  status: 13,
  amount: 14,
  amountWidth: 6,
  position: 20,
  dimensions: 28,
  width: 28 + DIMENSIONS.length * HASH_WIDTH,
} as const;

const EVICTED_UNTIL = VERSION.length + TIME_WIDTH;
const PLACE = EVICTED_UNTIL + TIME_WIDTH;
const SEEN = PLACE + TIME_WIDTH + POSITION.width;
const DIRECTORY = SEEN + EVENT_TYPES.length * 2 * TIME_WIDTH;

/**
 * The header: version, when it was written (its time to live counts from then), the newest evicted time, the newest evicted position with its time,
 * first and last evicted time of each type, and the number of buckets of each type in decimal.
 */
export const HEADER = {
  written: VERSION.length,
  evictedUntil: EVICTED_UNTIL,
  place: PLACE,
  placeWidth: TIME_WIDTH + POSITION.width,
  seen: SEEN,
  directory: DIRECTORY,
  directoryWidth: 2,
  width: DIRECTORY + EVENT_TYPES.length * 2,
} as const;

/** What follows the time of writing in the header of a log that has evicted nothing. */
export const EMPTY_REST = ZERO.repeat(HEADER.directory - EVICTED_UNTIL) + "0".repeat(HEADER.width - HEADER.directory);

/**
 * Evicted events of one type: merge level, first and last time, count, count in the sum, sum of minor units.
 * An exponential histogram (Datar, Gionis, Indyk, Motwani 2002): at most `perLevel` buckets a level, the two oldest of a level merge into the next,
 * so a log of any age keeps a handful of buckets and only the one on a window's edge is uncertain.
 */
export const BUCKET = {
  level: 0,
  first: 1,
  last: 8,
  count: 15,
  summed: 19,
  sum: 23,
  sumWidth: 8,
  width: 31,
  perLevel: 3,
  most: 24,
} as const;
export const COUNT_WIDTH = 4;

/** Records that stay when a log is trimmed, and the room, counted in records, that buckets and newer records share before that. */
export const CAPS: Readonly<Record<EntityKind, { readonly kept: number; readonly room: number }>> = {
  client: { kept: 128, room: 64 },
  card: { kept: 128, room: 64 },
  dest: { kept: 48, room: 32 },
  device: { kept: 48, room: 32 },
  ip: { kept: 48, room: 32 },
  email: { kept: 48, room: 32 },
  phone: { kept: 48, room: 32 },
  shipping: { kept: 48, room: 32 },
};

/** A longer log is trimmed by the append that made it so. Characters. */
export function longestLog(kind: EntityKind): number {
  return HEADER.width + (CAPS[kind].kept + CAPS[kind].room) * RECORD.width;
}
