import type { Address } from "./address.ts";
import { holds, type Network, overlap, parseNetwork } from "./network.ts";
import { SPECIAL_V4, SPECIAL_V6 } from "./special-ranges.ts";

/** `shared` is carrier-grade NAT (100.64.0.0/10); `platform` is Cloudflare's own edge, which calls on behalf of others. */
export type AddressScope =
  | "public"
  | "documentation"
  | "platform"
  | "private"
  | "shared"
  | "loopback"
  | "link_local"
  | "multicast"
  | "reserved";

interface SpecialRange {
  readonly network: Network;
  readonly scope: AddressScope;
}

const prepared = (ranges: typeof SPECIAL_V4): SpecialRange[] =>
  ranges.flatMap(([cidr, scope]) => {
    const network = parseNetwork(cidr);
    return network === null ? [] : [{ network, scope }];
  });
const V4 = prepared(SPECIAL_V4);
const V6 = prepared(SPECIAL_V6);

/** What kind of range an address lies in. */
export function addressScope(address: Address): AddressScope {
  const ranges = address.family === 4 ? V4 : V6;
  for (const { network, scope } of ranges) if (holds(network, address)) return scope;
  return address.family === 4 || address.w0 >>> 29 === 1 ? "public" : "reserved";
}

/** Whether an address can be a visitor's: public, or of a documentation range, which is ordinary (D12). */
export function isVisitable(address: Address): boolean {
  const scope = addressScope(address);
  return scope === "public" || scope === "documentation";
}

/** The special ranges that a network touches, each once; documentation ranges are ordinary and not told. */
export function specialScopesIn(network: Network): readonly AddressScope[] {
  const touched = new Set([addressScope(network.first)]);
  for (const range of network.first.family === 4 ? V4 : V6) {
    if (!overlap(range.network, network)) continue;
    touched.add(range.scope);
    // The first range that holds all of it says all there is to say.
    if (range.network.bits <= network.bits) break;
  }
  return [...touched].filter((scope) => scope !== "public" && scope !== "documentation");
}
