import { EVENT_TYPES } from "../event/event.ts";
import { decode } from "./alphabet.ts";
import { BUCKET, HEADER, POSITION, TIME_WIDTH } from "./layout.ts";

/** Where the entity was at a time, in degrees. */
export interface Position {
  readonly atMs: number;
  readonly latitude: number;
  readonly longitude: number;
}

/** Number of buckets of one type. */
export function bucketCount(text: string, type: number): number {
  const at = HEADER.directory + type * HEADER.directoryWidth;
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}

/** Characters that buckets take between the header and the first record. */
export function bucketsLength(text: string): number {
  let buckets = 0;
  for (let type = 0; type < EVENT_TYPES.length; type++) buckets += bucketCount(text, type);
  return buckets * BUCKET.width;
}

/** When the log was last written as a whole, epoch milliseconds: its time to live counts from then. */
export function writtenAt(text: string): number {
  return decode(text, HEADER.written, TIME_WIDTH);
}

/** A position of `POSITION.width` characters; null for none. */
export function positionAt(text: string, at: number, atMs: number): Position | null {
  const latitude = decode(text, at, POSITION.coordinateWidth);
  const longitude = decode(text, at + POSITION.coordinateWidth, POSITION.coordinateWidth);
  if (latitude === 0 || longitude === 0) return null;
  return { atMs, latitude: (latitude - 1) / POSITION.degreeScale - 180, longitude: (longitude - 1) / POSITION.degreeScale - 180 };
}
