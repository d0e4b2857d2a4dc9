import { type Network, widthOf } from "../address/network.ts";

/** Bits of one counted address: the whole of IPv4, the /64 of IPv6. */
const countedBits = ({ first }: Network): number => (first.family === 4 ? widthOf(first) : 64);

/** The counted address whose mark carries an entry on this network, or null for one that spans several: only the address lists know that one. */
export function markedAddress(network: Network): string | null {
  return network.bits >= countedBits(network) ? network.first.countingKey : null;
}
