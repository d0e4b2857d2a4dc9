/** How unlike its baseline a count is. */
export interface CountVerdict {
  readonly direction: "above" | "below";
  /** Median of the baseline. */
  readonly expected: number;
  /** Robust standard deviations from it. */
  readonly deviations: number;
}
export interface CountLimits {
  /** As many at least, now (above) or usually (below), before anything is said. */
  readonly minimum: number;
  /** So many times the usual, or so small a part of it. */
  readonly factor: number;
}

/** The deviation of normal data is 1.4826 times their median absolute deviation (Rousseeuw and Croux 1993). */
const MAD_SCALE = 1.4826;
/** Of the usual: what a shop's traffic varies by from week to week whatever its size. */
const LEAST_SPREAD = 0.1;
const ABOVE = 5;
const BELOW = 4;

/**
 * Compares a count with counts of comparable windows: their median, and as a spread the largest of the scaled median absolute deviation, the square
 * root of the median (a Poisson count's deviation) and a tenth of the median. Median and MAD do not mind that one of the weeks was an attack itself.
 * Null when the count is nothing unusual, or too few to tell.
 */
export function judgeCount(current: number, samples: readonly number[], { minimum, factor }: CountLimits): CountVerdict | null {
  const expected = median(samples);
  const spread = Math.max(
    MAD_SCALE * median(samples.map((one) => Math.abs(one - expected))),
    Math.sqrt(Math.max(expected, 1)),
    LEAST_SPREAD * expected,
  );
  const deviations = (current - expected) / spread;
  if (current >= minimum && current >= factor * expected && deviations >= ABOVE) return { direction: "above", expected, deviations };
  if (expected >= minimum && current * factor <= expected && deviations <= -BELOW) return { direction: "below", expected, deviations };
  return null;
}

/** The middle of some numbers; 0 for none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
