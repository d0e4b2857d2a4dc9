/** Decisions are counted by slots of this length, and the rate is that of the slots of a window. */
export const SLOT_MS = 10_000;
export const WINDOW_MS = 5 * 60_000;

/** When the slot of a time begins; epoch milliseconds. */
export function slotStart(atMs: number): number {
  return Math.floor(atMs / SLOT_MS) * SLOT_MS;
}
