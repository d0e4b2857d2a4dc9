const DAY_MS = 86_400_000;

/** How long a new key lives unless its maker says otherwise, in days. */
export const KEY_LIFE_DAYS = 90;
export const LONGEST_KEY_LIFE_DAYS = 366;
/** How long a rotated key stays good beside its successor unless told otherwise, in hours. */
export const ROTATION_OVERLAP_HOURS = 24;
export const LONGEST_OVERLAP_HOURS = 14 * 24;
const WARNING_DAYS = 14;

/** When a key made now for so many days ends; epoch milliseconds. */
export function keyExpiry(nowMs: number, days: number): number {
  return nowMs + days * DAY_MS;
}

/** When a rotated key ends: after the overlap, never later than it would have anyway. */
export function rotatedExpiry(expiresAtMs: number | null, nowMs: number, overlapHours: number): number {
  return Math.min(expiresAtMs ?? Number.POSITIVE_INFINITY, nowMs + overlapHours * 3_600_000);
}

/** Whether a key ends within 14 days, so that its user is told with every answer. */
export function isExpirySoon(expiresAtMs: number | null, nowMs: number): boolean {
  return expiresAtMs !== null && expiresAtMs - nowMs <= WARNING_DAYS * DAY_MS;
}
