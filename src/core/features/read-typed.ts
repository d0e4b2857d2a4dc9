import { parseLiteral } from "../rules/literal.ts";
import type { FeatureType } from "./value.ts";

/** A value from a body, a profile or the feature store in inside units; absent (null) when it is not of the declared type: nothing is coerced. */
export function readTyped(value: unknown, type: FeatureType, currencyExponent: number): number | string | boolean | null {
  if (value === undefined || value === null) return null;
  if (type === "money") {
    // Unlike a rule's literal an amount may carry more decimals than the currency has.
    if (typeof value !== "number" || !Number.isFinite(value)) return null;
    return Math.round(value * 10 ** currencyExponent * (1 + Number.EPSILON));
  }
  return parseLiteral(type, value, currencyExponent);
}
