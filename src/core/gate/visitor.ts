import type { Address } from "../address/address.ts";
import { parseAddress } from "../address/parse-address.ts";

/** Who a request comes from, as far as it can be believed. */
export interface Visitor {
  readonly address: Address | null;
  /** False where another Worker or a bypassed proxy may have chosen the address: it can still refuse a visitor, and never vouches for one. */
  readonly isTrusted: boolean;
}

/** Reads a header by its lower-case name. */
export type HeaderReader = (name: string) => string | null;

const PSEUDO_V4 = /^2(?:4\d|5[0-5])\./;

/**
 * The visitor of a request: from the header of the proxy that the deployment trusts (the last entry, which is the one that proxy wrote),
 * else from the platform's own. Every other header is somebody's claim. An address that cannot be read is null.
 */
export function readVisitor(header: HeaderReader, trustedProxyHeader: string | null): Visitor {
  const platform = platformAddress(header);
  if (trustedProxyHeader === null) return { address: platform, isTrusted: platform !== null && header("cf-worker") === null };
  const named = header(trustedProxyHeader);
  const address = named === null ? null : parseAddress((named.split(",").at(-1) ?? "").trim());
  // Who comes without the header did not come through the proxy.
  return address === null ? { address: platform, isTrusted: false } : { address, isTrusted: true };
}

/** Pseudo-IPv4 puts an address of 240/4 in place of the visitor's IPv6 one, which is then beside it. */
function platformAddress(header: HeaderReader): Address | null {
  const text = header("cf-connecting-ip");
  if (text === null) return null;
  const real = PSEUDO_V4.test(text) ? header("cf-connecting-ipv6") : null;
  return parseAddress(real ?? text);
}
