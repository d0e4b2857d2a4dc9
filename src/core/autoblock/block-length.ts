import type { AutomaticBlock } from "../decision/automatic-blocks.ts";

/** Earlier blocks of a target make the next one longer for this long; addresses and devices change hands. */
export const REMEMBERED_MS = 90 * 86_400_000;

/** How long the next block of a target lasts, in milliseconds. @param earlier its automatic blocks so far that nobody took back */
export function blockLengthMs({ forMs, escalateMs }: Pick<AutomaticBlock, "forMs" | "escalateMs">, earlier: number): number {
  return earlier === 0 ? forMs : (escalateMs[Math.min(earlier, escalateMs.length) - 1] ?? forMs);
}
