import type { FeatureType } from "./value.ts";

/** Whether values of two types may stand for each other: the same type, or both plain numbers. */
export function isComparable(a: FeatureType, b: FeatureType): boolean {
  const isPlain = (type: FeatureType): boolean => type === "count" || type === "ratio";
  return a === b || (isPlain(a) && isPlain(b));
}
