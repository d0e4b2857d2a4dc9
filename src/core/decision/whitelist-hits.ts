import { holds, type Network, parseNetwork } from "../address/network.ts";
import { parseAddress } from "../address/parse-address.ts";
import type { CanonicalEvent } from "../event/event.ts";
import type { ListHit } from "../lists/list-hit.ts";
import type { WhitelistEntry } from "../rules/ruleset.ts";

/** A ruleset's whitelist, prepared: look-ups by exact value, and networks in the order they stand. */
export interface Whitelist {
  /** `kind|value` → its entries. */
  readonly exact: ReadonlyMap<string, readonly ListHit[]>;
  readonly networks: readonly { readonly network: Network; readonly hit: ListHit }[];
}

/** Prepares the entries of a checked ruleset. */
export function prepareWhitelist(entries: readonly WhitelistEntry[]): Whitelist {
  const exact = new Map<string, ListHit[]>();
  const networks: { network: Network; hit: ListHit }[] = [];
  entries.forEach(({ type, value, reason, expiresAtMs, rules }, index) => {
    const hit: ListHit = { verdict: "allow", id: `ruleset:${index}`, kind: type, value, reason, source: "ruleset", expiresAtMs, rules };
    if (type === "ip") {
      const network = parseNetwork(value);
      if (network === null) throw new Error(`the ruleset whitelists \`${value}\`, which is no network`);
      networks.push({ network, hit });
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
    const parsed = parseAddress(address);
    if (parsed !== null) for (const { network, hit } of whitelist.networks) if (holds(network, parsed)) take(hit);
  }
  return found;
}
