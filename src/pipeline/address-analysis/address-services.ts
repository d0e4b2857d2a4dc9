import type { AddressRiskCache, AddressStore } from "../../ports/addresses.ts";

/** The analysis of addresses: its record, and its scores where decisions read them. */
export interface AddressServices {
  readonly store: AddressStore;
  readonly cache: AddressRiskCache;
}
