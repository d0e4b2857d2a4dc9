import type { FeatureValue } from "./value.ts";

/** What Postgres knows of one entity, cached in Redis as JSON. Values are by feature name, in inside units. */
export interface EntityAggregates {
  readonly asOfMs: number;
  readonly values: Readonly<Record<string, FeatureValue>>;
}
/** A client's history with one destination. */
export interface KnownDestination {
  readonly count: number;
  readonly totalMinor: number;
  readonly lastMs: number;
}
/** Where a client's events that were not blocked came from, epoch milliseconds. */
export interface ClientCountry {
  /** ISO 3166, upper case. */
  readonly country: string;
  readonly firstMs: number;
  readonly lastMs: number;
}
export interface ClientAggregates extends EntityAggregates {
  /** History with each of up to 256 destinations, newest first; the one that was asked about is always there, with a count of 0 when it is new. */
  readonly dests: Readonly<Record<string, KnownDestination>>;
  /** Whether `dests` is complete: then a destination not in it is new. */
  readonly destsComplete: boolean;
  /** The client's profile row, for ProfileLookup. */
  readonly profile: Readonly<Record<string, string | number | boolean>> | null;
  /** The client's row of `behavioral_patterns`, by column name. */
  readonly behaviour: Readonly<Record<string, number | boolean>> | null;
  /** The countries it was seen in, the last ones first; left out when nobody asked for them. */
  readonly countries?: readonly ClientCountry[];
}
