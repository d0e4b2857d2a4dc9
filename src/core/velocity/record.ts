import { DIMENSIONS } from "../event/entity.ts";
import { type CanonicalEvent, EVENT_STATUSES, EVENT_TYPES, type EventStatus, TRANSACTION_TYPES } from "../event/event.ts";
import { encode } from "./alphabet.ts";
import type { DimensionHash } from "./dimension-hash.ts";
import { EMPTY_REST, HASH_WIDTH, POSITION, RECORD, TIME_WIDTH, VERSION } from "./layout.ts";

const NO_HASH = encode(0, HASH_WIDTH);
const NO_POSITION = encode(0, POSITION.width);
/** One for "no transaction type". */
export const KINDS_PER_TYPE = TRANSACTION_TYPES.length + 1;

/** One event as a log record: `RECORD.width` printable characters (layout.ts). */
export function packRecord(event: CanonicalEvent, hash: DimensionHash): string {
  const transactionType = event.transactionType === null ? 0 : TRANSACTION_TYPES.indexOf(event.transactionType) + 1;
  let text =
    encodeTime(event.occurredAtMs) +
    encodeId(event.id, hash) +
    encode(EVENT_TYPES.indexOf(event.type) * KINDS_PER_TYPE + transactionType, 1) +
    encodeStatus(event.status) +
    encode(event.amountMinor === null ? 0 : event.amountMinor + 1, RECORD.amountWidth) +
    encodePosition(event);
  for (const dimension of DIMENSIONS) {
    const value = event.dimensions[dimension];
    text += value === undefined ? NO_HASH : encode(hash.hash32(dimension, value), HASH_WIDTH);
  }
  return text;
}

/** The header of a log written at `nowMs` that has evicted nothing. */
export function emptyHeader(nowMs: number): string {
  return VERSION + encodeTime(nowMs) + EMPTY_REST;
}

/** Epoch milliseconds as they stand in a record; times before 1970 count as its first millisecond. */
export function encodeTime(ms: number): string {
  return encode(Math.max(1, Math.floor(ms)), TIME_WIDTH);
}

/** The id's hash as it stands in a record: how a later status finds it. */
export function encodeId(id: string, hash: DimensionHash): string {
  return encode(hash.idHash32(id), HASH_WIDTH);
}

export function encodeStatus(status: EventStatus): string {
  return encode(EVENT_STATUSES.indexOf(status), 1);
}

export function encodePosition({ latitude, longitude }: Pick<CanonicalEvent, "latitude" | "longitude">): string {
  return latitude === null || longitude === null ? NO_POSITION : encodeDegrees(latitude) + encodeDegrees(longitude);
}

function encodeDegrees(degrees: number): string {
  return encode(Math.round((degrees + 180) * POSITION.degreeScale) + 1, POSITION.coordinateWidth);
}
