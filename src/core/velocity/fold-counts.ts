import { dimensionColumn } from "./decode-log.ts";
import type { Folded } from "./folded.ts";
import type { HistoryReading } from "./history-group.ts";
import { evictedIn, hasEvicted, type Matched, shareInWindow } from "./matched.ts";

/** Number of events. Beyond the records: from the buckets, or a lower bound where they cannot tell. */
export function foldCount(matched: Matched, reading: HistoryReading): Folded {
  const startMs = matched.atMs - reading.windowMs;
  const { log, indexes, count } = matched;
  let total = 0;
  while (total < count && (log.times[indexes[total] ?? 0] ?? 0) > startMs) total++;
  if (reading.declaration.self && matched.self !== null) total++;
  if (!hasEvicted(matched, startMs)) return { value: total, quality: undefined };
  if (matched.isNarrowed) return { value: total, quality: "lower_bound" };
  for (const bucket of evictedIn(matched, startMs)) total += bucket.count * shareInWindow(bucket, startMs, matched.atMs);
  return { value: Math.round(total), quality: "approximate" };
}

/** Whether the count is greater than the declared threshold; a lower bound that is already greater is certain. */
export function foldVelocity(matched: Matched, reading: HistoryReading): Folded {
  const { value, quality } = foldCount(matched, reading);
  const exceeds = Number(value) > (reading.declaration.threshold ?? Number.POSITIVE_INFINITY);
  if (quality === "lower_bound") return { value: exceeds, quality: exceeds ? undefined : "partial" };
  return { value: exceeds, quality };
}

const seen = new Uint32Array(4_096);

/** Number of different present values of a dimension; beyond the records a lower bound. */
export function foldDistinct(matched: Matched, reading: HistoryReading): Folded {
  const startMs = matched.atMs - reading.windowMs;
  const { log, indexes, count } = matched;
  const column = dimensionColumn(log, reading.dimension);
  let distinct = 0;
  for (let k = 0; k < count; k++) {
    const index = indexes[k] ?? 0;
    if ((log.times[index] ?? 0) <= startMs) break;
    distinct = withValue(distinct, column[index] ?? 0);
  }
  if (reading.declaration.self && matched.self !== null)
    distinct = withValue(distinct, dimensionColumn(matched.self, reading.dimension)[0] ?? 0);
  return { value: distinct, quality: hasEvicted(matched, startMs) ? "lower_bound" : undefined };
}

/** Adds a value to the first `distinct` ones of `seen` unless it is there or is none; gives how many there are then. */
function withValue(distinct: number, hash: number): number {
  if (hash === 0) return distinct;
  for (let k = 0; k < distinct; k++) if (seen[k] === hash) return distinct;
  seen[distinct] = hash;
  return distinct + 1;
}
