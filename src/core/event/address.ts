import ipaddr from "ipaddr.js";

/** Octal, integer and short forms are refused: only dotted decimal without leading zeros, and IPv6. */
const DOTTED = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/;
/** Ranges whose addresses can belong to a visitor (names as ipaddr.js gives them). */
const ORDINARY: ReadonlySet<string> = new Set(["unicast", "6to4", "teredo", "rfc6052"]);

export interface Address {
  /** Canonical text: dotted IPv4 (also for IPv4-mapped IPv6), compressed lower-case IPv6. */
  readonly text: string;
  /** What histories are kept for: the IPv4 address, or the /64 of an IPv6 address. */
  readonly countingKey: string;
  /** False for private, loopback, link-local, multicast and similar ranges; documentation ranges are ordinary (D12). */
  readonly isPublic: boolean;
}

/** Reads one address in any accepted spelling, or null. */
export function parseAddress(input: string): Address | null {
  if (input.length > 45) return null;
  if (!input.includes(":")) {
    if (!DOTTED.test(input) || !ipaddr.IPv4.isValid(input)) return null;
    return { text: input, countingKey: input, isPublic: isPublic(ipaddr.IPv4.parse(input)) };
  }
  if (input.includes("%") || !ipaddr.IPv6.isValid(input)) return null;
  const v6 = ipaddr.IPv6.parse(input);
  if (v6.isIPv4MappedAddress()) {
    const v4 = v6.toIPv4Address();
    return { text: v4.toString(), countingKey: v4.toString(), isPublic: isPublic(v4) };
  }
  const prefix = new ipaddr.IPv6([...v6.parts.slice(0, 4), 0, 0, 0, 0]);
  return { text: v6.toRFC5952String(), countingKey: `${prefix.toRFC5952String()}/64`, isPublic: isPublic(v6) };
}

const DOCUMENTATION = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"].map((cidr) => ipaddr.parseCIDR(cidr));

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (DOCUMENTATION.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))) return true;
  return ORDINARY.has(address.range());
}
