import * as z from "zod";
import type { AddressRecord } from "../../ports/addresses.ts";

/** What staff are told of an address that events came from. */
export const AddressAnswer = z.object({
  address: z.string(),
  risk_score: z.number(),
  first_seen: z.string(),
  last_seen: z.string(),
  events: z.int(),
  clients: z.int(),
  devices: z.int(),
  decisions: z.object({ allow: z.int(), challenge: z.int(), review: z.int(), block: z.int() }),
  logins: z.int(),
  failed_logins: z.int(),
  lists: z.array(z.string()),
  livemode: z.boolean(),
});

export function describeAddress(record: AddressRecord): z.infer<typeof AddressAnswer> {
  const { address, riskScore, firstSeenMs, lastSeenMs, events, clients, devices, outcomes, logins, failedLogins, lists, livemode } = record;
  return {
    ...{ address, risk_score: riskScore, events, clients, devices, decisions: outcomes, logins, failed_logins: failedLogins, livemode },
    first_seen: new Date(firstSeenMs).toISOString(),
    last_seen: new Date(lastSeenMs).toISOString(),
    lists: [...lists],
  };
}
