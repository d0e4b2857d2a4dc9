import { momentsOf } from "./moments.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Logins older than this say nothing about a client's present habits. */
export const HISTORY_DAYS = 30;
export const RECENT_DAYS = 7;
/** Fewer older intervals than this have no spread worth comparing with. */
export const MIN_OLDER_INTERVALS = 3;
/** |z| above this is an outlier: three standard deviations, Shewhart's control limit (Economic Control of Quality, 1931). */
export const OUTLIER_Z = 3;

/** How a client logs in: a row of `behavioral_patterns` (S1.0, S1.6). Intervals are hours between successive logins; null is undefined, not zero. */
export interface LoginPattern {
  readonly avgLoginInterval: number | null;
  readonly stdLoginInterval: number | null;
  readonly varLoginInterval: number | null;
  readonly coefVariationLoginInterval: number | null;
  readonly fanoFactorLoginInterval: number | null;
  readonly zscoreAvgLoginInterval7d: number | null;
  readonly isOutlierFlag: boolean;
  readonly loginFrequency7d: number;
  readonly loginFrequency30d: number;
}

/**
 * The pattern of a client's logins in (t − 30 d, t]; null without any. One login has frequencies and no intervals.
 * - mean, population variance and std of the intervals;
 * - coefficient of variation = std ÷ mean (Pearson 1896); Fano factor = variance ÷ mean, in hours (Fano 1947); both null at mean 0;
 * - z = (mean of the intervals that end in the last 7 days − mean of the older ones) ÷ std of the older ones; null without
 *   a recent interval, with fewer than 3 older ones, or when those are all equal;
 * - outlier = |z| > 3, false while z is null.
 * @param loginTimesMs epoch milliseconds, in any order
 */
export function loginPattern(loginTimesMs: readonly number[], asOfMs: number): LoginPattern | null {
  const times = loginTimesMs.filter((at) => at > asOfMs - HISTORY_DAYS * DAY_MS && at <= asOfMs).sort((a, b) => a - b);
  if (times.length === 0) return null;
  const recentFrom = asOfMs - RECENT_DAYS * DAY_MS;
  const all: number[] = [];
  const recent: number[] = [];
  const older: number[] = [];
  times.forEach((at, i) => {
    const previous = times[i - 1];
    if (previous === undefined) return;
    all.push(at - previous);
    (at > recentFrom ? recent : older).push(at - previous);
  });
  const moments = momentsOf(all);
  const zscore = zscoreOfMean(recent, older);
  const perMean = (value: number): number | null => (moments === null || moments.mean === 0 ? null : value / moments.mean);
  return {
    avgLoginInterval: moments && moments.mean / HOUR_MS,
    stdLoginInterval: moments && moments.std / HOUR_MS,
    varLoginInterval: moments && moments.variance / HOUR_MS ** 2,
    coefVariationLoginInterval: moments && perMean(moments.std),
    fanoFactorLoginInterval: moments && perMean(moments.variance / HOUR_MS),
    zscoreAvgLoginInterval7d: zscore,
    isOutlierFlag: zscore !== null && Math.abs(zscore) > OUTLIER_Z,
    loginFrequency7d: times.filter((at) => at > recentFrom).length,
    loginFrequency30d: times.length,
  };
}

/** How far the recent mean lies from the older mean, in the client's own older standard deviations; null when that has no meaning. */
function zscoreOfMean(recent: readonly number[], older: readonly number[]): number | null {
  const now = momentsOf(recent);
  const before = momentsOf(older);
  if (now === null || before === null || before.count < MIN_OLDER_INTERVALS || before.std === 0) return null;
  return (now.mean - before.mean) / before.std;
}
