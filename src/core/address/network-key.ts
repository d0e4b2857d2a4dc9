import type { Address } from "./address.ts";

/** The network that one customer of a provider usually has addresses of: an IPv4 /24 or an IPv6 /48. */
export function networkKeyOf({ family, w0, w1 }: Address): string {
  if (family === 4) return `${w0 >>> 24}.${(w0 >>> 16) & 255}.${(w0 >>> 8) & 255}.0/24`;
  return `${w0.toString(16)}:${(w1 >>> 16).toString(16)}/48`;
}
