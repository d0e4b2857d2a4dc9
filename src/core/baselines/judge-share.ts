import { wilson } from "../backtest/wilson.ts";

/** How unlike its baseline a share is; shares in [0, 1]. */
export interface ShareVerdict {
  readonly direction: "above" | "below";
  readonly share: number;
  readonly expected: number;
}
export interface Counted {
  readonly hits: number;
  readonly of: number;
}
export interface ShareLimits {
  /** So many at least, now and in the baseline, before anything is said. */
  readonly minimumOf: number;
  readonly minimumBaseOf: number;
  /** So many hits now (above), or usual for as many (below). */
  readonly minimumHits: number;
  readonly factor: number;
}

/**
 * Compares a share with the baseline's: it is above when the lower end of its 95 % Wilson interval (Wilson 1927) exceeds `factor` times the upper end
 * of the baseline's, below the other way round. So a handful of cases never says anything, and neither does a baseline of a handful.
 */
export function judgeShare(current: Counted, base: Counted, limits: ShareLimits): ShareVerdict | null {
  if (current.of < limits.minimumOf || base.of < limits.minimumBaseOf) return null;
  // More conversions than clicks are a share of 1.
  const now = wilson(Math.min(current.hits, current.of), current.of);
  const usual = wilson(Math.min(base.hits, base.of), base.of);
  if (now === null || usual === null) return null;
  const found = { share: now.share, expected: usual.share };
  // What usually happens to nearly everything cannot double.
  const ceiling = Math.min(limits.factor * usual.high, (1 + usual.high) / 2);
  if (current.hits >= limits.minimumHits && now.low > ceiling) return { direction: "above", ...found };
  if (usual.share * current.of >= limits.minimumHits && now.high * limits.factor < usual.low) return { direction: "below", ...found };
  return null;
}
