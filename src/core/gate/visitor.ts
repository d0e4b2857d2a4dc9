import type { Address } from "../address/address.ts";
import { parseAddress } from "../address/parse-address.ts";

/** Who a request comes from, as far as it can be believed. */
export interface Visitor {
  readonly address: Address | null;
  /** False where another Worker or a bypassed proxy may have chosen the address: it can still refuse a visitor, and never vouches for one. */
  readonly isTrusted: boolean;
  /** Whether the trusted proxy's header is there and names no address. */
  readonly isUnreadable: boolean;
}

/** Reads a header by its lower-case name. */
export type HeaderReader = (name: string) => string | null;

const PSEUDO_V4 = /^2(?:4\d|5[0-5])\./;

/**
 * The visitor of a request: from the header of the proxy that the deployment trusts (the last entry, which is the one that proxy wrote),
 * else from the platform's own; an empty name trusts nobody. Every other header is somebody's claim. An address that cannot be read is null.
 */
export function readVisitor(header: HeaderReader, trustedProxyHeader: string | null): Visitor {
  const platform = platformAddress(header);
  if (trustedProxyHeader === null)
    return { address: platform, isTrusted: platform !== null && header("cf-worker") === null, isUnreadable: false };
  const named = trustedProxyHeader === "" ? null : header(trustedProxyHeader);
  // Who comes without the header did not come through the proxy.
  if (named === null) return { address: platform, isTrusted: false, isUnreadable: false };
  const address = proxyAddress(named, trustedProxyHeader, platform);
  if (address === null) return { address: platform, isTrusted: false, isUnreadable: true };
  // The connecting address is the proxy itself, or somebody who came past it.
  return { address, isTrusted: address.text !== platform?.text, isUnreadable: false };
}

/** The platform appends the connecting address to `x-forwarded-for`, and to no other header: the entry before it is the proxy's. */
function proxyAddress(text: string, name: string, platform: Address | null): Address | null {
  const entries = text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  const last = parseEntry(entries.pop());
  const before = name === "x-forwarded-for" && last !== null && last.text === platform?.text ? entries.pop() : undefined;
  return before === undefined ? last : parseEntry(before);
}

/** `203.0.113.5:54321`, `[2001:db8::1]:443` and `"[2001:db8::1]"` as well as an address by itself. */
function parseEntry(entry: string | undefined): Address | null {
  const text = (entry ?? "").replace(/^"(.*)"$/, "$1");
  const [, bracketed, v4] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(text) ?? [];
  return parseAddress(bracketed ?? v4 ?? text);
}

/** Pseudo-IPv4 puts an address of 240/4 in place of the visitor's IPv6 one, which is then beside it. */
function platformAddress(header: HeaderReader): Address | null {
  const text = header("cf-connecting-ip");
  if (text === null) return null;
  const real = PSEUDO_V4.test(text) ? header("cf-connecting-ipv6") : null;
  return parseAddress(real ?? text);
}
