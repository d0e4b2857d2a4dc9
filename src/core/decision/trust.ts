import ipaddr from "ipaddr.js";
import type { CanonicalEvent } from "../event/event.ts";
import type { WhitelistEntry } from "../rules/ruleset.ts";
import type { Trust } from "./decide.ts";

/** A ruleset's whitelist, prepared: look-ups by exact value, and networks in the order they stand. */
export interface Whitelist {
  /** `kind|value` → its entries. */
  readonly exact: ReadonlyMap<string, readonly WhitelistEntry[]>;
  readonly networks: readonly { readonly network: [ipaddr.IPv4 | ipaddr.IPv6, number]; readonly entry: WhitelistEntry }[];
}

/** Prepares the entries of a checked ruleset. */
export function prepareWhitelist(entries: readonly WhitelistEntry[]): Whitelist {
  const exact = new Map<string, WhitelistEntry[]>();
  const networks: { network: [ipaddr.IPv4 | ipaddr.IPv6, number]; entry: WhitelistEntry }[] = [];
  for (const entry of entries) {
    if (entry.type === "ip") {
      const text = entry.value.includes("/") ? entry.value : `${entry.value}/${entry.value.includes(":") ? 128 : 32}`;
      networks.push({ network: ipaddr.parseCIDR(text), entry });
    } else {
      const key = `${entry.type}|${entry.value}`;
      exact.set(key, [...(exact.get(key) ?? []), entry]);
    }
  }
  return { exact, networks };
}

/** The entries that trust an entity of this event now. */
export function findTrust(whitelist: Whitelist, event: CanonicalEvent, nowMs: number): Trust[] {
  const found: Trust[] = [];
  const take = (entry: WhitelistEntry): void => {
    if (entry.expiresAtMs === null || entry.expiresAtMs > nowMs) found.push({ reason: entry.reason, rules: entry.rules });
  };
  if (whitelist.exact.size > 0)
    for (const [kind, value] of Object.entries(event.dimensions))
      for (const entry of whitelist.exact.get(`${kind}|${value}`) ?? []) take(entry);
  const address = event.body.ip_address;
  if (whitelist.networks.length > 0 && typeof address === "string") {
    const parsed = ipaddr.parse(address);
    for (const { network, entry } of whitelist.networks) if (parsed.kind() === network[0].kind() && parsed.match(network)) take(entry);
  }
  return found;
}
