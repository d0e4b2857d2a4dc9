const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long after a failed attempt the next one is made: ten attempts over about three days (Standard Webhooks 1.0). */
const WAITS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
] as const;

/** Attempts of one round, the first included. */
export const ATTEMPTS = WAITS_MS.length + 1;
/** A share of the wait, so that what failed together does not come back together. */
const JITTER = 0.1;
const LONGEST_MS = 24 * HOUR_MS;

/**
 * When to try again, epoch milliseconds; null after the last attempt.
 * @param made attempts made, the failed one included
 * @param random in [0, 1)
 * @param retryAfterMs the receiver's own wish: waited for when it is longer, up to a day
 */
export function nextAttemptAt({
  made,
  failedAtMs,
  random,
  retryAfterMs,
}: {
  readonly made: number;
  readonly failedAtMs: number;
  readonly random: number;
  readonly retryAfterMs: number | null;
}): number | null {
  const waitMs = WAITS_MS[made - 1];
  if (waitMs === undefined) return null;
  const jittered = waitMs * (1 - JITTER + 2 * JITTER * random);
  return Math.round(failedAtMs + Math.max(jittered, Math.min(retryAfterMs ?? 0, LONGEST_MS)));
}
