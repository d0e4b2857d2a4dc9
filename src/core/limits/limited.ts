import { parseAddress } from "../address/parse-address.ts";
import { type LimitClass, quotaOf } from "./limit-class.ts";
import { CALLS_PER_MINUTE, LARGEST_LIMIT } from "./window.ts";

/** One counter that a call counts in. */
export interface Limited {
  readonly kind: "key" | "address";
  /** The credential's id, or the address (an IPv6 one as its /64). */
  readonly id: string;
  /** The whole limit, calls a minute. */
  readonly perMinute: number;
  /** The part of it that is open to this call's class. */
  readonly quota: number;
}
/** What a limit needs to know of a verified caller. */
export interface LimitedCaller {
  readonly keyId: string;
  readonly kind: "key" | "user";
  /** A limit of its own; null has the general one. */
  readonly requestsPerMinute: number | null;
}

/**
 * What a caller is held to: a key with a limit of its own to that alone, wherever its servers are; a key without one to the general limit of
 * keys and that of its address; a signed-in person to the general limit of keys; a caller without a credential (null) to that of the address.
 * An unknown or malformed address has no counter.
 */
export function limitedBy(caller: LimitedCaller | null, address: string | null, limitClass: LimitClass): Limited[] {
  const limited = (kind: Limited["kind"], id: string, perMinute: number): Limited => {
    const held = Math.min(perMinute, LARGEST_LIMIT);
    return { kind, id, perMinute: held, quota: quotaOf(held, limitClass) };
  };
  const from = address === null ? null : parseAddress(address);
  const byAddress = from === null ? [] : [limited("address", from.countingKey, CALLS_PER_MINUTE.address)];
  if (caller === null) return byAddress;
  const byKey = limited("key", caller.keyId, caller.requestsPerMinute ?? CALLS_PER_MINUTE.key);
  return caller.kind === "key" && caller.requestsPerMinute === null ? [byKey, ...byAddress] : [byKey];
}
