import type { IPv4, IPv6 } from "ipaddr.js";
import type { EntryKey } from "../../../src/core/lists/address-verdict.ts";
import type { ListRole } from "../../../src/core/lists/list-role.ts";

/** An entry as the oracle sees it: ipaddr.js decides what it covers. */
export interface NaiveEntry {
  readonly first: IPv4 | IPv6;
  readonly bits: number;
  readonly role: ListRole;
  readonly key: EntryKey;
  readonly source: string;
  readonly expiresAtMs: number | null;
}

export interface NaiveVerdict {
  readonly kind: "none" | "challenge" | "block" | "allow";
  /** Any of these may be named: nothing sets them apart. */
  readonly entries: readonly EntryKey[];
  readonly expiresAtMs: number | null;
  readonly signals: readonly string[];
}

const ORDER = ["allow", "block", "challenge"] as const;
const roundedUp = (ms: number | null): number => (ms === null ? Number.POSITIVE_INFINITY : Math.ceil(ms / 1_000) * 1_000);

/** The verdict by looking at every entry: no sorting, no index, no nesting. */
export function naiveVerdict(entries: readonly NaiveEntry[], address: IPv4 | IPv6, nowMs: number): NaiveVerdict {
  const covering = entries.filter(
    ({ first, bits, expiresAtMs }) => first.kind() === address.kind() && address.match(first, bits) && roundedUp(expiresAtMs) > nowMs,
  );
  const signals = [...new Set(covering.filter(({ role }) => role === "signal").map(({ source }) => source))].sort();
  for (const kind of ORDER) {
    const ofKind = covering.filter(({ role }) => role === kind);
    if (ofKind.length === 0) continue;
    const longest = Math.max(...ofKind.map(({ bits }) => bits));
    const specific = ofKind.filter(({ bits }) => bits === longest);
    const last = Math.max(...specific.map(({ expiresAtMs }) => roundedUp(expiresAtMs)));
    const strongest = specific.filter(({ expiresAtMs }) => roundedUp(expiresAtMs) === last);
    return { kind, entries: strongest.map(({ key }) => key), expiresAtMs: Number.isFinite(last) ? last : null, signals };
  }
  return { kind: "none", entries: [], expiresAtMs: null, signals };
}
