export const FEATURE_TYPES = [
  "money",
  "count",
  "ratio",
  "duration",
  "time",
  "hour",
  "weekday",
  "country",
  "email",
  "ip",
  "id",
  "text",
  "boolean",
] as const;
/**
 * Inside: money is minor units (averages may be fractional), duration is milliseconds, time is epoch milliseconds, weekday is 1 (Monday) … 7,
 * country is upper case, email and text are lower case (they compare case-folded), ip is canonical text. `ratio` is any other number.
 */
export type FeatureType = (typeof FEATURE_TYPES)[number];

/** A value in its three states (D4): a value is present, `null` is absent (known to have none), `undefined` is missing (its source failed). */
export type FeatureValue = number | string | boolean | null | undefined;

/** What a value is worth when it is not exact: D1's marks. */
export type Quality = "approximate" | "lower_bound" | "upper_bound" | "partial";
export interface Mark {
  readonly quality?: Quality;
  /** The time a cached aggregate was computed, epoch milliseconds. */
  readonly asOfMs?: number;
}

/** Where a value comes from; a missing value names the source that failed in `degraded`. */
export type FeatureSource = "event" | "log" | "postgres" | "profile" | "store" | "service" | "lists" | "derived";

/** Everything the rules and the model read about one event: `values[slot]`, with marks for those that are not exact. */
export interface Facts {
  readonly values: FeatureValue[];
  readonly marks: Map<number, Mark>;
}
