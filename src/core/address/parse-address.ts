import { Address } from "./address.ts";

const DOT = 0x2e;
const COLON = 0x3a;
const ZERO = 0x30;
/** `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255` */
const LONGEST = 45;
const LONGEST_ZONE = 64;
const ZONE = /^[\w.~-]+$/;

/** The groups of the IPv6 text being read; nothing is kept in it between calls. */
const groups = new Uint16Array(8);

/**
 * Reads one address in any accepted spelling, or null: the only parser there is, so that what is listed is listed in every spelling.
 * IPv4 is four decimal numbers without leading zeros (octal, integer and short forms mean different addresses to different readers).
 * IPv4-mapped (`::ffff:0:0/96`) and NAT64 (`64:ff9b::/96`) addresses are the IPv4 address they carry; an IPv6 zone (`%eth0`) is dropped.
 * Spaces, brackets and ports are refused.
 */
export function parseAddress(text: string): Address | null {
  const { length } = text;
  if (length > LONGEST + 1 + LONGEST_ZONE) return null;
  // The separator is within the first five characters of either family.
  for (let at = 0; at < 5; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      const word = readV4(text, 0, length);
      return word === -1 ? null : new Address(4, word, 0, 0, 0);
    }
    if (code === COLON) return readV6(text);
  }
  return null;
}

/** Dotted decimal between two places as an unsigned word, or -1. */
function readV4(text: string, from: number, end: number): number {
  let word = 0;
  let octet = -1;
  let dots = 0;
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (octet === -1 || dots === 3) return -1;
      word = (word << 8) | octet;
      octet = -1;
      dots++;
    } else {
      const digit = code - ZERO;
      if (digit < 0 || digit > 9 || octet === 0) return -1;
      octet = octet === -1 ? digit : octet * 10 + digit;
      if (octet > 255) return -1;
    }
  }
  return dots === 3 && octet !== -1 ? ((word << 8) | octet) >>> 0 : -1;
}

function readV6(text: string): Address | null {
  const zoneAt = text.indexOf("%");
  const end = zoneAt === -1 ? text.length : zoneAt;
  if (end > LONGEST || (zoneAt !== -1 && !ZONE.test(text.slice(zoneAt + 1)))) return null;
  if (!readGroups(text, end)) return null;
  const [w0, w1, w2, w3] = [wordAt(0), wordAt(2), wordAt(4), wordAt(6)];
  const isMapped = (w0 | w1) === 0 && w2 === 0xffff;
  const isNat64 = w0 === 0x64ff9b && (w1 | w2) === 0;
  return isMapped || isNat64 ? new Address(4, w3, 0, 0, 0) : new Address(6, w0, w1, w2, w3);
}

const wordAt = (group: number): number => (((groups[group] ?? 0) << 16) | (groups[group + 1] ?? 0)) >>> 0;

/** Fills `groups` from the text before `end`; false when it is no IPv6 address. */
function readGroups(text: string, end: number): boolean {
  let count = 0;
  /** How many groups stand before `::`, or -1. */
  let gapAt = -1;
  let at = 0;
  if (text.charCodeAt(0) === COLON) {
    if (text.charCodeAt(1) !== COLON) return false;
    gapAt = 0;
    at = 2;
  }
  while (at < end) {
    if (count === 8) return false;
    const from = at;
    let group = 0;
    let digit = hexDigit(text.charCodeAt(at));
    while (at < end && digit !== -1 && at - from < 4) {
      group = (group << 4) | digit;
      digit = hexDigit(text.charCodeAt(++at));
    }
    if (at < end && text.charCodeAt(at) === DOT) {
      const word = count > 6 ? -1 : readV4(text, from, end);
      if (word === -1) return false;
      groups[count++] = word >>> 16;
      groups[count++] = word & 0xffff;
      break;
    }
    if (at === from) return false;
    groups[count++] = group;
    if (at === end) break;
    if (text.charCodeAt(at) !== COLON) return false;
    at++;
    if (at === end) return false;
    if (text.charCodeAt(at) === COLON) {
      if (gapAt !== -1) return false;
      gapAt = count;
      at++;
    }
  }
  if (gapAt === -1) return count === 8;
  return spread(gapAt, count);
}

/** Moves the groups after `::` to the end; false when there is no room for the zeros it stands for. */
function spread(gapAt: number, count: number): boolean {
  if (count === 8) return false;
  groups.copyWithin(8 - (count - gapAt), gapAt, count);
  groups.fill(0, gapAt, 8 - (count - gapAt));
  return true;
}

function hexDigit(code: number): number {
  if (code >= ZERO && code <= 0x39) return code - ZERO;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
