import { parseAddress } from "../address/parse-address.ts";
import { covers, type IpPrefix, parsePrefix, partsOf } from "../rules/ip-prefix.ts";

/** Networks that staff may call from; none means everywhere. */
export type Networks = readonly IpPrefix[];

/** Reads comma-separated addresses and CIDR networks; gives the first entry that is neither as `malformed`. */
export function parseNetworks(text: string): { readonly networks: Networks } | { readonly malformed: string } {
  const networks: IpPrefix[] = [];
  for (const entry of text.split(",").map((part) => part.trim())) {
    if (entry === "") continue;
    const prefix = parsePrefix(entry);
    if (prefix === null) return { malformed: entry };
    networks.push(prefix);
  }
  return { networks };
}

/** Whether a caller may come from this address. With networks set, an address that is unknown or malformed may not. */
export function isAdmitted(address: string | null, networks: Networks): boolean {
  if (networks.length === 0) return true;
  const parsed = address === null ? null : parseAddress(address);
  const parts = parsed === null ? null : partsOf(parsed.text);
  return parts !== null && networks.some((network) => covers(network, parts));
}
