import { specialScopesIn } from "../../core/address/address-scope.ts";
import { holds, parseNetwork } from "../../core/address/network.ts";
import { parseAddress } from "../../core/address/parse-address.ts";
import type { ListEntry } from "../../ports/lists.ts";
import type { StaffContext } from "../staff-context.ts";

/** Networks larger than these are asked about. */
const LEAST_BITS = { 4: 8, 6: 19 } as const;

/** Why an entry needs a second thought, as sentences; empty for no reason. A whitelist entry shuts nobody out. */
export function confirmReasons(
  { kind, value, verdict }: Pick<ListEntry, "kind" | "value" | "verdict">,
  { address, place }: Pick<StaffContext, "address" | "place">,
): string[] {
  if (verdict === "allow") return [];
  switch (kind) {
    case "ip":
      return networkReasons(value, address);
    case "asn":
      return value === String(place?.asn) ? [`\`AS${value}\` is your own network`] : [];
    case "country":
      return value === place?.country ? [`\`${value}\` is your own country`] : [];
    default:
      return [];
  }
}

function networkReasons(value: string, callerAddress: string | null): string[] {
  const network = parseNetwork(value);
  if (network === null) return [];
  const reasons: string[] = [];
  const caller = callerAddress === null ? null : parseAddress(callerAddress);
  if (caller !== null && holds(network, caller)) reasons.push(`\`${value}\` covers your own address \`${caller.text}\``);
  for (const scope of specialScopesIn(network)) reasons.push(`\`${value}\` covers ${scope.replaceAll("_", "-")} addresses`);
  const least = LEAST_BITS[network.first.family];
  if (network.bits < least) reasons.push(`\`${value}\` is larger than a /${least}`);
  return reasons;
}
