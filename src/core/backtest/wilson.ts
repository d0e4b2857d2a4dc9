import * as z from "zod";

/** A share of `of` cases with its 95 % interval, all in [0, 1]. */
export const Share = z.object({ share: z.number(), low: z.number(), high: z.number(), of: z.int() });
export type Share = z.infer<typeof Share>;

/** The normal distribution's 97.5th percentile. */
const Z = 1.959_963_984_540_054;

/**
 * `hits` of `of` as a share with its Wilson score interval (Wilson 1927), which stays inside [0, 1] and is honest about a handful of cases;
 * null when there is nothing to divide by.
 */
export function wilson(hits: number, of: number): Share | null {
  if (of === 0) return null;
  const share = hits / of;
  const z2 = Z * Z;
  const centre = share + z2 / (2 * of);
  const spread = Z * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of * of));
  const scale = 1 + z2 / of;
  const bounded = (value: number): number => round(Math.min(1, Math.max(0, value / scale)));
  return { share: round(share), low: bounded(centre - spread), high: bounded(centre + spread), of };
}

const round = (value: number): number => Math.round(value * 1e6) / 1e6;
