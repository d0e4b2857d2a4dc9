import type { Limited } from "./limited.ts";

/** A call to be counted: all of its counters take it, or none does. */
export interface LimitCall {
  readonly limited: readonly Limited[];
  /** How many calls it is: a batch counts its items. */
  readonly cost: number;
}
/** How one counter stands after a call, in the order of `LimitCall.limited`. */
export interface Standing {
  readonly isAllowed: boolean;
  /** Calls of this class that it would still take. */
  readonly remaining: number;
  /** Allowed: until this call counts no more. Refused: until it passes; null when it never will, being larger than the quota. */
  readonly waitMs: number | null;
}

export interface RefusedCall {
  readonly kind: "refused";
  readonly call: LimitCall;
  readonly standings: readonly Standing[];
}
export type LimitVerdict =
  | { readonly kind: "allowed"; readonly call: LimitCall; readonly standings: readonly Standing[] }
  | RefusedCall
  /** Redis did not say in time. */
  | { readonly kind: "unknown"; readonly call: LimitCall };

/** What counters said of a call: refused as soon as one refuses. */
export function verdictOf(call: LimitCall, standings: readonly Standing[]): LimitVerdict {
  const isAllowed = standings.every((standing) => standing.isAllowed);
  return isAllowed ? { kind: "allowed", call, standings } : { kind: "refused", call, standings };
}

/** Whole seconds after which a refused call may be repeated, at least 1; null when it never passes. */
export function retryAfterSeconds(standings: readonly Standing[]): number | null {
  let longestMs = 0;
  for (const { isAllowed, waitMs } of standings) {
    if (isAllowed) continue;
    if (waitMs === null) return null;
    longestMs = Math.max(longestMs, waitMs);
  }
  return Math.max(1, Math.ceil(longestMs / 1_000));
}
