const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

/** Times of a staff session, in milliseconds. */
export const SESSION_LIFE = {
  /** A login ends after this long, however often it is refreshed. */
  sessionMs: 30 * DAY_MS,
  /** A refresh token that is not used for this long is dead. */
  refreshMs: 7 * DAY_MS,
  /** A used refresh token still works this long, for a second tab or a lost answer; after it, its use kills the session. */
  graceMs: 10_000,
  /** A device that a user signed in with is known this long; each sign-in without it makes another. */
  deviceMs: 180 * DAY_MS,
} as const;

/** What came of a refresh token: a successor; nothing, since it, its session or its user ended; or the end of its session, since it was used before. */
export type RefreshVerdict = "rotated" | "unknown" | "expired" | "revoked" | "reused";
