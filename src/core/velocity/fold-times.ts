import { EVENT_TYPES } from "../event/event.ts";
import type { Quality } from "../features/value.ts";
import type { Folded } from "./folded.ts";
import type { HistoryReading } from "./history-group.ts";
import { hasEvicted, type Matched } from "./matched.ts";

/** Epoch milliseconds of the first event. Over all time and all events of a type the header knows of evicted ones; else beyond the records an upper bound. */
export function foldFirstSeen(matched: Matched, reading: HistoryReading): Folded {
  const startMs = matched.atMs - reading.windowMs;
  const { log, indexes } = matched;
  let last = matched.count - 1;
  while (last >= 0 && (log.times[indexes[last] ?? 0] ?? 0) <= startMs) last--;
  let first = last < 0 ? Number.POSITIVE_INFINITY : (log.times[indexes[last] ?? 0] ?? 0);
  if (reading.declaration.self && matched.self !== null) first = Math.min(first, matched.atMs);
  const isKnown = reading.windowMs === Number.POSITIVE_INFINITY && !matched.isNarrowed;
  if (isKnown) first = Math.min(first, firstEvicted(matched));
  const value = Number.isFinite(first) ? first : null;
  if (isKnown || !hasEvicted(matched, startMs)) return { value, quality: undefined };
  return { value, quality: value === null ? "partial" : "upper_bound" };
}

/** Epoch milliseconds of the last event at or before the one being decided; a lower bound when one that was evicted may be later. */
export function foldLastSeen(matched: Matched, reading: HistoryReading): Folded {
  const startMs = matched.atMs - reading.windowMs;
  const { log, indexes } = matched;
  if (reading.declaration.self && matched.self !== null) return { value: matched.atMs, quality: undefined };
  let last = matched.count > 0 ? (log.times[indexes[0] ?? 0] ?? 0) : 0;
  if (!matched.isNarrowed) last = Math.max(last, lastEvicted(matched));
  if (last <= startMs) last = 0;
  const isLatest = !hasEvicted(matched, Math.max(last, startMs));
  if (last === 0) return { value: null, quality: isLatest ? undefined : "partial" };
  return { value: last, quality: isLatest ? undefined : "lower_bound" };
}

/** Time since the first or last event in the declared unit; whole units when the type is `count`. */
export function foldTimeSince(matched: Matched, reading: HistoryReading): Folded {
  const { since, unitMs, type } = reading.declaration;
  const { value, quality } = since === "first" ? foldFirstSeen(matched, reading) : foldLastSeen(matched, reading);
  if (typeof value !== "number") return { value, quality };
  const units = (matched.atMs - value) / (unitMs ?? 1);
  return { value: type === "count" ? Math.floor(units) : units, quality: mirrored(quality) };
}

/** An early bound on a time is a long bound on the time since, and the other way round. */
function mirrored(quality: Quality | undefined): Quality | undefined {
  if (quality === "lower_bound") return "upper_bound";
  return quality === "upper_bound" ? "lower_bound" : quality;
}

/** Infinity when none of the types was evicted, or only later than the event. */
function firstEvicted({ log, typeMask, atMs }: Matched): number {
  let first = Number.POSITIVE_INFINITY;
  for (let type = 0; type < EVENT_TYPES.length; type++) {
    const seen = log.seen[type * 2] ?? 0;
    if (((typeMask >> type) & 1) === 1 && seen > 0 && seen <= atMs && seen < first) first = seen;
  }
  return first;
}

/** 0 when none of the types was evicted; types that have one later than the event are left to the buckets' doubt. */
function lastEvicted({ log, typeMask, atMs }: Matched): number {
  let last = 0;
  for (let type = 0; type < EVENT_TYPES.length; type++) {
    const seen = log.seen[type * 2 + 1] ?? 0;
    if (((typeMask >> type) & 1) === 1 && seen <= atMs && seen > last) last = seen;
  }
  return last;
}
