import type { FeatureType } from "../features/value.ts";

/** A named list as `inList` reads it; values are in the features' canonical form. */
export interface CompiledList {
  readonly type: FeatureType;
  has(value: string): boolean;
}

/** Lists that are loaded, by name; one that is not makes its tests unknown. */
export interface ListLookup {
  get(name: string): CompiledList | undefined;
}

/** Where no list can be read: every test of one is unknown. */
export const NO_LISTS: ListLookup = { get: () => undefined };
