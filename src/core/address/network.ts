import { Address } from "./address.ts";
import { parseAddress } from "./parse-address.ts";

/** An address range by its first address and the number of leading bits that all its addresses share. */
export interface Network {
  /** Its lowest address; bits after the prefix are 0. */
  readonly first: Address;
  /** 0…32 for IPv4, 0…128 for IPv6. */
  readonly bits: number;
}

/**
 * Reads `192.0.2.0/24`, `2001:db8::/32` or one address, or null. Bits after the prefix are cleared. A network of IPv4-mapped or NAT64 addresses
 * (`::ffff:192.0.2.0/120`) is the IPv4 network; one that mixes them with others is refused.
 */
export function parseNetwork(text: string): Network | null {
  const slash = text.indexOf("/");
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash));
  if (address === null) return null;
  const width = widthOf(address);
  if (slash === -1) return { first: address, bits: width };
  const length = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(length)) return null;
  const bits = Number(length) - (address.family === 4 && text.includes(":") ? 96 : 0);
  return bits >= 0 && bits <= width ? networkOf(address, bits) : null;
}

/** The network of this length around an address. */
export function networkOf(address: Address, bits: number): Network {
  const { family, w0, w1, w2, w3 } = address;
  const masked = new Address(
    family,
    (w0 & maskOf(bits)) >>> 0,
    (w1 & maskOf(bits - 32)) >>> 0,
    (w2 & maskOf(bits - 64)) >>> 0,
    (w3 & maskOf(bits - 96)) >>> 0,
  );
  return { first: masked, bits };
}

/** Canonical text; a network of one address is written as the address. */
export function networkText({ first, bits }: Network): string {
  return bits === widthOf(first) ? first.text : `${first.text}/${bits}`;
}

/** Whether an address lies in a network; families never mix. */
export function holds({ first, bits }: Network, { family, w0, w1, w2, w3 }: Address): boolean {
  return (
    first.family === family &&
    ((w0 ^ first.w0) & maskOf(bits)) === 0 &&
    ((w1 ^ first.w1) & maskOf(bits - 32)) === 0 &&
    ((w2 ^ first.w2) & maskOf(bits - 64)) === 0 &&
    ((w3 ^ first.w3) & maskOf(bits - 96)) === 0
  );
}

/** Whether two networks have an address in common; then one holds all of the other. */
export function overlap(one: Network, other: Network): boolean {
  return one.bits <= other.bits ? holds(one, other.first) : holds(other, one.first);
}

/** The bits in an address of this family. */
export const widthOf = ({ family }: Address): number => (family === 4 ? 32 : 128);

/** A word with its first `bits` set; none for a negative number, all for 32 and more. */
const maskOf = (bits: number): number => (bits <= 0 ? 0 : bits >= 32 ? -1 : -1 << (32 - bits));
