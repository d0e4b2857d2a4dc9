import type { FeatureValue, Quality } from "../features/value.ts";

/** A value with what it is worth; no quality is exact. */
export interface Folded {
  readonly value: FeatureValue;
  readonly quality: Quality | undefined;
}
