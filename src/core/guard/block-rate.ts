import type { BlockGuard } from "../decision/block-guard.ts";
import type { Policy } from "../rules/ruleset.ts";

/** What a version decided within the window: `blocked` counts what it blocked by itself and what the guard held back. */
export interface BlockRate {
  readonly decisions: number;
  readonly blocked: number;
}
/** How much a version may block, and from how many decisions on a rate says something. */
export type BlockRateLimit = Pick<Policy, "maxBlockRate" | "blockRateMinDecisions">;

/** A guard holds for this long unless it is set again: as long as what set it can stay in the window. */
const HOLD_MS = 5 * 60_000;
/** One that holds is set again once less than this is left. */
const RENEW_WITHIN_MS = HOLD_MS / 2;

export type GuardStep =
  /** Nothing is to be done: all is well, or the guard holds already. */
  | { readonly kind: "stay" }
  /** Hold back blocks of this version, or hold them back for longer. */
  | { readonly kind: "hold"; readonly guard: BlockGuard }
  /** The version blocks no more than it may. */
  | { readonly kind: "release" };

/** Whether a version blocks more than it may; never before it made enough decisions to tell. */
export function isOverRate({ decisions, blocked }: BlockRate, { maxBlockRate, blockRateMinDecisions }: BlockRateLimit): boolean {
  return maxBlockRate !== null && decisions > 0 && decisions >= blockRateMinDecisions && blocked > maxBlockRate * decisions;
}

/** A guard whose breach was not dealt with in full: it holds, and the next judgement comes back to it. */
export function holdBriefly({ seq }: BlockGuard, nowMs: number): BlockGuard {
  return { seq, untilMs: nowMs + RENEW_WITHIN_MS };
}

/**
 * What to do about a version's rate. What is held back still counts as a block, so a guard stays as long as the version would block too much.
 * @param held the guard that holds this version back now; null for none
 */
export function judgeBlockRate(given: {
  readonly seq: number;
  readonly rate: BlockRate;
  readonly limit: BlockRateLimit;
  readonly held: BlockGuard | null;
  readonly nowMs: number;
}): GuardStep {
  const { seq, rate, limit, held, nowMs } = given;
  if (!isOverRate(rate, limit)) return { kind: held === null ? "stay" : "release" };
  if (held !== null && held.untilMs - nowMs > RENEW_WITHIN_MS) return { kind: "stay" };
  return { kind: "hold", guard: { seq, untilMs: nowMs + HOLD_MS } };
}
