import type { DecodedLog } from "../velocity/decode-log.ts";
import type { SelfEvent } from "../velocity/matched.ts";
import type { FactInput } from "./fact-input.ts";
import type { FeatureSource, FeatureValue, Mark, Quality } from "./value.ts";

/** One evaluation under way. */
export interface FactState {
  readonly input: FactInput;
  readonly values: FeatureValue[];
  readonly marks: Map<number, Mark>;
  /** Sources that failed for at least one feature. */
  readonly missing: Set<FeatureSource>;
  readonly self: SelfEvent;
  /** The logs of the plan's roles, by the role's number; null when Redis failed or the event has no such entity. */
  readonly logs: readonly (DecodedLog | null)[];
  /** The mark of every exact value from the client's or the destination's aggregates. */
  readonly clientMark: Mark | null;
  readonly destMark: Mark | null;
}
/** Sets one slot. */
export type Step = (state: FactState) => void;

/** Records what a value is worth; nothing for an exact one. */
export function setMark(state: FactState, slot: number, quality: Quality | undefined, asOfMs?: number): void {
  if (quality === undefined && asOfMs === undefined) return;
  state.marks.set(slot, { ...(quality === undefined ? {} : { quality }), ...(asOfMs === undefined ? {} : { asOfMs }) });
}

/** Leaves a slot missing, because its source failed. */
export function setMissing(state: FactState, slot: number, source: FeatureSource): void {
  state.values[slot] = undefined;
  state.missing.add(source);
}

/** A value made of others is worth no more than they are: one kind of doubt passes on as approximate or partial, the oldest time stays. */
export function inheritMarks(state: FactState, slot: number, from: readonly number[]): void {
  let quality: Quality | undefined;
  let asOfMs: number | undefined;
  for (const other of from) {
    const mark = state.marks.get(other);
    if (mark === undefined) continue;
    if (mark.quality !== undefined) quality = mark.quality === "approximate" && quality !== "partial" ? "approximate" : "partial";
    if (mark.asOfMs !== undefined) asOfMs = Math.min(asOfMs ?? mark.asOfMs, mark.asOfMs);
  }
  setMark(state, slot, quality, asOfMs);
}
