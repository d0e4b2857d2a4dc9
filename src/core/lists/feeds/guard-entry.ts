import { specialScopesIn } from "../../address/address-scope.ts";
import { type Network, networkText } from "../../address/network.ts";
import type { FeedRole } from "../list-role.ts";

/** Wider networks are nothing that a list may decide about without a person (S4.4). */
export const WIDEST_BITS = { 4: 8, 6: 19 } as const;

/** Why a feed of this role may not hold a network, as a sentence, or null: one careless line must not shut out everybody, or the platform. */
export function guardEntry(network: Network, role: FeedRole): string | null {
  if (role === "signal") return null;
  const widest = WIDEST_BITS[network.first.family];
  if (network.bits < widest) return `\`${networkText(network)}\` is wider than a /${widest}`;
  if (role === "allow") return null;
  const [scope] = specialScopesIn(network);
  return scope === undefined ? null : `\`${networkText(network)}\` covers ${scope.replace("_", "-")} addresses`;
}
