import { type CanonicalEvent, EVENT_STATUSES, EVENT_TYPES } from "../event/event.ts";
import { TRUE } from "../rules/verdict.ts";
import { bucketsOf, type DecodedLog, dimensionColumn } from "./decode-log.ts";
import type { Bucket } from "./evicted.ts";
import type { HistoryGroup } from "./history-group.ts";

/** The records of a log that a group reads, newest first, and what stands beside them. Scratch space, like the log. */
export interface Matched {
  readonly log: DecodedLog;
  readonly typeMask: number;
  /** A pair or a `where` narrows the records: buckets, which know only types, cannot stand in. */
  readonly isNarrowed: boolean;
  /** The event's own time: windows end here. */
  readonly atMs: number;
  readonly indexes: Uint16Array;
  count: number;
  /** The event being decided as a log of one record, or null when it is not one of the group's events. */
  self: DecodedLog | null;
}

/** The event being decided, as the folds need it. */
export interface SelfEvent {
  readonly event: CanonicalEvent;
  readonly atMs: number;
  /** A log that holds only this event. */
  readonly log: DecodedLog;
  /** False leaves the event out of every window, whatever a feature declares. */
  readonly counts: boolean;
}

const indexes = new Uint16Array(4_096);

/** Finds a group's records at or before the event, back to the start of its longest window. */
export function matchRecords(group: HistoryGroup, log: DecodedLog, self: SelfEvent): Matched {
  const { typeMask, predicate, pair, longestMs } = group;
  const startMs = self.atMs - longestMs;
  const wanted = pair < 0 ? 0 : (dimensionColumn(self.log, pair)[0] ?? 0);
  const column = pair < 0 ? null : dimensionColumn(log, pair);
  let count = 0;
  for (let i = Math.min(log.count, indexes.length) - 1; i >= 0; i--) {
    const time = log.times[i] ?? 0;
    if (time > self.atMs) continue;
    if (time <= startMs) break;
    if (((typeMask >> (log.types[i] ?? 0)) & 1) === 0) continue;
    if (column !== null && column[i] !== wanted) continue;
    if (predicate !== null && predicate(log, i) !== TRUE) continue;
    indexes[count++] = i;
  }
  const isSelf = isOneOf(group, self);
  return { log, typeMask, isNarrowed: pair >= 0 || predicate !== null, atMs: self.atMs, indexes, count, self: isSelf ? self.log : null };
}

/** Whether the event being decided is one of the events a group reads. */
export function isOneOf({ role, typeMask, predicate }: HistoryGroup, self: SelfEvent): boolean {
  if (!self.counts || ((typeMask >> (self.log.types[0] ?? 0)) & 1) === 0) return false;
  // In another role it counts only when both are the same one: a client that pays itself.
  if (role.as !== role.by && self.event.dimensions[role.as] !== self.event.dimensions[role.by]) return false;
  return predicate === null || predicate(self.log, 0) === TRUE;
}

const BLOCKED = EVENT_STATUSES.indexOf("blocked");
const DECLINED = EVENT_STATUSES.indexOf("declined");

/** The amount a record adds to sums and statistics in minor units, or −1: blocked, declined, or none. */
export function summableAmount(log: DecodedLog, index: number): number {
  const status = log.status[index];
  return status === BLOCKED || status === DECLINED ? -1 : (log.amounts[index] ?? -1);
}

/** Whether events of the group's types were evicted that may lie in the window (startMs, atMs]: then records alone are not all. */
export function hasEvicted(matched: Matched, startMs: number): boolean {
  if (matched.log.evictedUntilMs <= startMs || matched.log.evictedUntilMs === 0) return false;
  return evictedIn(matched, startMs).length > 0;
}

/** The buckets of the group's types that reach into (startMs, atMs]. */
export function evictedIn(matched: Matched, startMs: number): Bucket[] {
  const found: Bucket[] = [];
  for (let type = 0; type < EVENT_TYPES.length; type++) {
    if (((matched.typeMask >> type) & 1) === 0) continue;
    for (const bucket of bucketsOf(matched.log, type)) if (bucket.lastMs > startMs && bucket.firstMs <= matched.atMs) found.push(bucket);
  }
  return found;
}

/** The part of a bucket in (startMs, atMs], its events taken as evenly spread between its first and its last. */
export function shareInWindow(bucket: Bucket, startMs: number, atMs: number): number {
  if (bucket.firstMs > startMs && bucket.lastMs <= atMs) return 1;
  const spread = bucket.lastMs - bucket.firstMs;
  if (spread <= 0) return 0;
  return (Math.min(bucket.lastMs, atMs) - Math.max(bucket.firstMs, startMs)) / spread;
}
