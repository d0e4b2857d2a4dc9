/** Limits are calls a minute. */
export const WINDOW_SECONDS = 60;

/**
 * The window slides in slots of one second: a call counts from its slot until the slot has wholly left the window.
 * INVARIANT: 61 slots cover every 60 s window that ends now, so no such window ever holds more than the limit.
 * The price: a caller who uses the whole limit gets it back after 60 to 61 seconds.
 */
export const SLOT_MS = 1_000;
export const SLOTS = WINDOW_SECONDS + 1;

/** What a slot's count is written with, and so what a limit may be at most: nothing above can be told from unlimited. */
export const COUNT_DIGITS = 7;
export const LARGEST_LIMIT = 10 ** COUNT_DIGITS - 1;

/** General limits (S3.15), calls a minute. */
export const CALLS_PER_MINUTE = { key: 1_000, address: 100 } as const;
