import type { BlockRate } from "./block-rate.ts";
import { SLOT_MS, slotStart, WINDOW_MS } from "./slot.ts";

/** Decisions and blocks of the last five minutes, in memory. */
export interface SlidingRate {
  add(isBlocked: boolean, nowMs: number): void;
  /** What lies within the window that ends at `nowMs`; exact but for the ten seconds of its first slot. */
  read(nowMs: number): BlockRate;
}

interface Slot {
  readonly startMs: number;
  decisions: number;
  blocked: number;
}

/** Holds at most one slot per ten seconds of the window; a time before the last one counts in the last one's slot. */
export function createSlidingRate(): SlidingRate {
  const slots: Slot[] = [];
  let decisions = 0;
  let blocked = 0;
  const forget = (nowMs: number): void => {
    for (let first = slots[0]; first !== undefined && first.startMs + SLOT_MS <= nowMs - WINDOW_MS; first = slots[0]) {
      decisions -= first.decisions;
      blocked -= first.blocked;
      slots.shift();
    }
  };
  return {
    add(isBlocked, nowMs) {
      forget(nowMs);
      const startMs = slotStart(nowMs);
      let last = slots.at(-1);
      if (last === undefined || last.startMs < startMs) {
        last = { startMs, decisions: 0, blocked: 0 };
        slots.push(last);
      }
      last.decisions += 1;
      decisions += 1;
      if (!isBlocked) return;
      last.blocked += 1;
      blocked += 1;
    },
    read(nowMs) {
      forget(nowMs);
      return { decisions, blocked };
    },
  };
}
