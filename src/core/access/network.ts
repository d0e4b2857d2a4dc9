import { holds, type Network, parseNetwork } from "../address/network.ts";
import { parseAddress } from "../address/parse-address.ts";

/** Networks that staff may call from; none means everywhere. */
export type Networks = readonly Network[];

/** Reads comma-separated addresses and CIDR networks; gives the first entry that is neither as `malformed`. */
export function parseNetworks(text: string): { readonly networks: Networks } | { readonly malformed: string } {
  const networks: Network[] = [];
  for (const entry of text.split(",").map((part) => part.trim())) {
    if (entry === "") continue;
    const network = parseNetwork(entry);
    if (network === null) return { malformed: entry };
    networks.push(network);
  }
  return { networks };
}

/** Whether a caller may come from this address. With networks set, an address that is unknown or malformed may not. */
export function isAdmitted(address: string | null, networks: Networks): boolean {
  if (networks.length === 0) return true;
  const parsed = address === null ? null : parseAddress(address);
  return parsed !== null && networks.some((network) => holds(network, parsed));
}
