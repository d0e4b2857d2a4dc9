import ipaddr from "ipaddr.js";
import type { CanonicalEvent } from "../event/event.ts";
import type { ListHit } from "../lists/list-hit.ts";
import type { WhitelistEntry } from "../rules/ruleset.ts";

/** A ruleset's whitelist, prepared: look-ups by exact value, and networks in the order they stand. */
export interface Whitelist {
  /** `kind|value` → its entries. */
  readonly exact: ReadonlyMap<string, readonly ListHit[]>;
  readonly networks: readonly { readonly network: [ipaddr.IPv4 | ipaddr.IPv6, number]; readonly hit: ListHit }[];
}

/** Prepares the entries of a checked ruleset. */
export function prepareWhitelist(entries: readonly WhitelistEntry[]): Whitelist {
  const exact = new Map<string, ListHit[]>();
  const networks: { network: [ipaddr.IPv4 | ipaddr.IPv6, number]; hit: ListHit }[] = [];
  entries.forEach(({ type, value, reason, expiresAtMs, rules }, index) => {
    const hit: ListHit = { verdict: "allow", id: `ruleset:${index}`, kind: type, value, reason, source: "ruleset", expiresAtMs, rules };
    if (type === "ip") {
      const text = value.includes("/") ? value : `${value}/${value.includes(":") ? 128 : 32}`;
      networks.push({ network: ipaddr.parseCIDR(text), hit });
    } else {
      const key = `${type}|${value}`;
      exact.set(key, [...(exact.get(key) ?? []), hit]);
    }
  });
  return { exact, networks };
}

const NONE: readonly ListHit[] = Object.freeze([]);

/** The entries of the ruleset's whitelist that name an entity of this event and are in force. */
export function whitelistHits(whitelist: Whitelist, event: CanonicalEvent, nowMs: number): readonly ListHit[] {
  if (whitelist.exact.size === 0 && whitelist.networks.length === 0) return NONE;
  const found: ListHit[] = [];
  const take = (hit: ListHit): void => {
    if (hit.expiresAtMs === null || hit.expiresAtMs > nowMs) found.push(hit);
  };
  if (whitelist.exact.size > 0)
    for (const [kind, value] of Object.entries(event.dimensions))
      for (const hit of whitelist.exact.get(`${kind}|${value}`) ?? []) take(hit);
  const address = event.body.ip_address;
  if (whitelist.networks.length > 0 && typeof address === "string") {
    const parsed = ipaddr.parse(address);
    for (const { network, hit } of whitelist.networks) if (parsed.kind() === network[0].kind() && parsed.match(network)) take(hit);
  }
  return found;
}
