import type { Address } from "../address/address.ts";
import { addressScope } from "../address/address-scope.ts";
import { holds, type Network, parseNetwork } from "../address/network.ts";

/** 6to4 and Teredo carry an IPv4 address inside, which may be anybody's: no receiver lives there. */
const CARRIERS = ["2002::/16", "2001::/32"].map(parseNetwork).filter((network): network is Network => network !== null);

/** Whether an address is none that a webhook goes to. The platform's own edge is where many receivers are, so it is not inside. */
export function isInternalAddress(address: Address): boolean {
  const scope = addressScope(address);
  return (scope !== "public" && scope !== "platform") || CARRIERS.some((network) => holds(network, address));
}
