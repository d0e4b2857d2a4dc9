import ipaddr from "ipaddr.js";
import { parseAddress } from "../address/parse-address.ts";

/** A network as 16-bit parts (two for IPv4, eight for IPv6) and the number of leading bits that count. */
export interface IpPrefix {
  readonly parts: readonly number[];
  readonly bits: number;
}

/** `192.0.2.0/24`, `2001:db8::/32` or one address; null when it is neither. IPv4-mapped IPv6 counts as IPv4. */
export function parsePrefix(text: string): IpPrefix | null {
  const [address = "", length, rest] = text.split("/");
  const parsed = rest === undefined ? parseAddress(address) : null;
  if (parsed === null) return null;
  const parts = partsOf(parsed.text);
  if (parts === null) return null;
  const width = parts.length * 16;
  if (length === undefined) return { parts, bits: width };
  if (!/^\d{1,3}$/.test(length)) return null;
  // `::ffff:192.0.2.0/120` became 192.0.2.0, so its length loses the 96 mapped bits.
  const bits = Number(length) - (width === 32 && address.includes(":") ? 96 : 0);
  return bits >= 0 && bits <= width ? { parts, bits } : null;
}

/** A network or address in one spelling (IPv4-mapped IPv6 as IPv4), or null when it is neither. */
export function canonicalPrefix(text: string): string | null {
  const [address = "", length] = text.split("/");
  const prefix = parsePrefix(text);
  const canonical = parseAddress(address)?.text;
  if (prefix === null || canonical === undefined) return null;
  return length === undefined ? canonical : `${canonical}/${prefix.bits}`;
}

/** The parts of an address in canonical text, or null when it is not one. */
export function partsOf(text: string): readonly number[] | null {
  if (text.includes(":")) return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text).parts : null;
  let octet = 0;
  let digits = 0;
  let high = 0;
  let low = 0;
  let dots = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0x2e;
    if (code === 0x2e) {
      if (digits === 0 || octet > 255 || dots > 3) return null;
      if (dots < 2) high = (high << 8) | octet;
      else low = (low << 8) | octet;
      dots++;
      octet = 0;
      digits = 0;
    } else if (code >= 0x30 && code <= 0x39 && digits < 3) {
      octet = octet * 10 + code - 0x30;
      digits++;
    } else return null;
  }
  return dots === 4 ? [high, low] : null;
}

/** Whether an address lies in a network; families never mix. */
export function covers(prefix: IpPrefix, parts: readonly number[]): boolean {
  if (parts.length !== prefix.parts.length) return false;
  let left = prefix.bits;
  for (let index = 0; left > 0; index++, left -= 16) {
    const mask = left >= 16 ? 0xffff : (0xffff << (16 - left)) & 0xffff;
    if ((((parts[index] ?? 0) ^ (prefix.parts[index] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}
