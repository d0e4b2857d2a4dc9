import type { Quality } from "../features/value.ts";
import type { Folded } from "./folded.ts";
import type { HistoryReading } from "./history-group.ts";
import { evictedIn, hasEvicted, type Matched, shareInWindow, summableAmount } from "./matched.ts";

/** Sum or mean of amounts in minor units. Beyond the records: from the buckets, or a lower bound (sum) or partial (mean) where they cannot tell. */
export function foldSum(matched: Matched, reading: HistoryReading, measure: "sum" | "avg"): Folded {
  const startMs = matched.atMs - reading.windowMs;
  const { log, indexes, count } = matched;
  let sum = 0;
  let summed = 0;
  for (let k = 0; k < count; k++) {
    const index = indexes[k] ?? 0;
    if ((log.times[index] ?? 0) <= startMs) break;
    const amount = summableAmount(log, index);
    if (amount < 0) continue;
    sum += amount;
    summed++;
  }
  if (reading.declaration.self && matched.self !== null) {
    const amount = summableAmount(matched.self, 0);
    if (amount >= 0) {
      sum += amount;
      summed++;
    }
  }
  let quality: Quality | undefined;
  if (hasEvicted(matched, startMs)) {
    quality = matched.isNarrowed ? (measure === "sum" ? "lower_bound" : "partial") : "approximate";
    if (!matched.isNarrowed)
      for (const bucket of evictedIn(matched, startMs)) {
        const share = shareInWindow(bucket, startMs, matched.atMs);
        sum += bucket.sumMinor * share;
        summed += bucket.summed * share;
      }
  }
  if (measure === "sum") return { value: quality === "approximate" ? Math.round(sum) : sum, quality };
  return { value: summed === 0 ? null : sum / summed, quality };
}

/** Largest or smallest amount in minor units; beyond the records a lower or an upper bound. */
export function foldExtreme(matched: Matched, reading: HistoryReading, measure: "max" | "min"): Folded {
  const startMs = matched.atMs - reading.windowMs;
  const { log, indexes, count } = matched;
  let extreme = -1;
  const add = (amount: number): void => {
    if (amount >= 0 && (extreme < 0 || (measure === "max" ? amount > extreme : amount < extreme))) extreme = amount;
  };
  for (let k = 0; k < count; k++) {
    const index = indexes[k] ?? 0;
    if ((log.times[index] ?? 0) <= startMs) break;
    add(summableAmount(log, index));
  }
  if (reading.declaration.self && matched.self !== null) add(summableAmount(matched.self, 0));
  if (!hasEvicted(matched, startMs)) return { value: extreme < 0 ? null : extreme, quality: undefined };
  if (extreme < 0) return { value: null, quality: "partial" };
  return { value: extreme, quality: measure === "max" ? "lower_bound" : "upper_bound" };
}
